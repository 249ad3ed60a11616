/** What each request wants of which resources. Upstream: DefaultAuthorizationContextBuilder and the annotations of the request headers. */
import { batchAckMessageBody } from "../protocol/bodies/batch-ack-message-body.js";
import { heartbeatData } from "../protocol/bodies/heartbeat-data.js";
import { lockBatchRequest } from "../protocol/bodies/lock-batch.js";
import { queryAssignmentRequest } from "../protocol/bodies/message-request-mode.js";
import {
  subscriptionGroupConfig,
  subscriptionGroupList,
} from "../protocol/bodies/subscription-group-config.js";
import { topicConfigList } from "../protocol/bodies/topic-config.js";
import { bodyOf, type RemotingCommand } from "../protocol/remoting-command.js";
import type { Action, Wanted } from "./auth-policy.js";

type Fields = Readonly<Record<string, string>>;
type Rule = (fields: Fields, body: Buffer) => Wanted[];

const RETRY_PREFIX = "%RETRY%";
const isRetry = (topic: string): boolean => topic.startsWith(RETRY_PREFIX);

/** A topic; a retry topic is its group. */
function topic(name: string | undefined, ...actions: Action[]): Wanted[] {
  if (name === undefined) return [];
  return isRetry(name) ? group(name, ...actions) : [{ resource: { type: "Topic", name }, actions }];
}

function group(name: string | undefined, ...actions: Action[]): Wanted[] {
  if (name === undefined) return [];
  const plain = isRetry(name) ? name.slice(RETRY_PREFIX.length) : name;
  return [{ resource: { type: "Group", name: plain }, actions }];
}

/** A topic that counts only when it is no retry topic: its group is checked beside it. */
function plainTopic(name: string | undefined, ...actions: Action[]): Wanted[] {
  return name === undefined || isRetry(name) ? [] : topic(name, ...actions);
}

function send(name: string | undefined, producerGroup: string | undefined): Wanted[] {
  return name !== undefined && isRetry(name) ? group(producerGroup, "Sub") : topic(name, "Pub");
}

const consume: Rule = (f) => [
  ...plainTopic(f["topic"], "Sub"),
  ...group(f["consumerGroup"], "Sub"),
];
const getTopic: Rule = (f) => topic(f["topic"], "Get");
const sendV1: Rule = (f) => send(f["topic"], f["group"] ?? f["producerGroup"]);
const sendV2: Rule = (f) => send(f["b"], f["a"]);
const lockQueues: Rule = (_, body) => {
  const { consumerGroup, mqSet } = lockBatchRequest.decode(body);
  return [
    ...group(consumerGroup, "Sub"),
    ...mqSet.flatMap((queue) => plainTopic(queue.topic, "Sub")),
  ];
};
const both =
  (groupField: string, ...actions: Action[]): Rule =>
  (f) => [...topic(f["topic"], ...actions), ...group(f[groupField], ...actions)];
const onlyGroup =
  (field: string, ...actions: Action[]): Rule =>
  (f) =>
    group(f[field], ...actions);
const nothing: Rule = () => [];

const RULES: ReadonlyMap<number, Rule> = new Map<number, Rule>([
  [10, sendV1], // SEND_MESSAGE
  [310, sendV2], // SEND_MESSAGE_V2
  [320, sendV2], // SEND_BATCH_MESSAGE
  [324, sendV1], // SEND_REPLY_MESSAGE
  [325, sendV2], // SEND_REPLY_MESSAGE_V2
  [370, (f) => topic(f["topic"], "Pub")], // RECALL_MESSAGE
  [37, (f) => topic(f["topic"], "Pub")], // END_TRANSACTION
  [36, onlyGroup("group", "Sub")], // CONSUMER_SEND_MSG_BACK
  [11, consume], // PULL_MESSAGE
  [361, consume], // LITE_PULL_MESSAGE
  [200050, consume], // POP_MESSAGE
  [200051, consume], // ACK_MESSAGE
  [200052, consume], // PEEK_MESSAGE
  [200053, consume], // CHANGE_MESSAGE_INVISIBLETIME
  [200054, consume], // NOTIFICATION
  [200055, both("consumerGroup", "Get")], // POLLING_INFO
  [200151, batchAck], // BATCH_ACK_MESSAGE
  [400, assignment], // QUERY_ASSIGNMENT
  [41, lockQueues], // LOCK_BATCH_MQ
  [42, lockQueues], // UNLOCK_BATCH_MQ
  [34, heartbeat], // HEART_BEAT
  [35, onlyGroup("consumerGroup", "Pub", "Sub")], // UNREGISTER_CLIENT
  [46, nothing], // CHECK_CLIENT_CONFIG: every consumer with an expression sends it
  [38, onlyGroup("consumerGroup", "Sub", "Get")], // GET_CONSUMER_LIST_BY_GROUP
  [14, offsets("Get")], // QUERY_CONSUMER_OFFSET
  [15, offsets("Update")], // UPDATE_CONSUMER_OFFSET
  [12, (f) => topic(f["topic"], "Sub", "Get")], // QUERY_MESSAGE
  [105, (f) => topic(f["topic"], "Pub", "Sub", "Get")], // GET_ROUTEINFO_BY_TOPIC
  [29, getTopic], // SEARCH_OFFSET_BY_TIMESTAMP
  [30, getTopic], // GET_MAX_OFFSET
  [31, getTopic], // GET_MIN_OFFSET
  [32, getTopic], // GET_EARLIEST_MSG_STORETIME
  [33, getTopic], // VIEW_MESSAGE_BY_ID
  [202, getTopic], // GET_TOPIC_STATS_INFO
  [300, getTopic], // QUERY_TOPIC_CONSUME_BY_WHO
  [351, getTopic], // GET_TOPIC_CONFIG
  [354, getTopic], // CHECK_ROCKSDB_CQ_WRITE_PROGRESS
  [303, both("group", "Get")], // QUERY_CONSUME_TIME_SPAN
  [321, both("consumerGroup", "Get")], // QUERY_CONSUME_QUEUE
  [345, both("group", "Get")], // QUERY_SUBSCRIPTION_BY_CONSUMER
  [208, both("consumerGroup", "Get")], // GET_CONSUME_STATS
  [223, both("group", "Get")], // INVOKE_BROKER_TO_GET_CONSUMER_STATUS
  [203, onlyGroup("consumerGroup", "Get")], // GET_CONSUMER_CONNECTION_LIST
  [307, onlyGroup("consumerGroup", "Get")], // GET_CONSUMER_RUNNING_INFO
  [343, onlyGroup("group", "Get")], // QUERY_TOPICS_BY_CONSUMER
  [352, onlyGroup("group", "Get")], // GET_SUBSCRIPTIONGROUP_CONFIG
  [17, (f) => topic(f["topic"], "Create")], // UPDATE_AND_CREATE_TOPIC
  [18, createTopics], // UPDATE_AND_CREATE_TOPIC_LIST
  [513, (f) => topic(f["topic"], "Create")], // UPDATE_AND_CREATE_STATIC_TOPIC
  [215, (f) => topic(f["topic"], "Delete")], // DELETE_TOPIC_IN_BROKER
  [200, updateGroup], // UPDATE_AND_CREATE_SUBSCRIPTIONGROUP
  [225, updateGroups], // UPDATE_AND_CREATE_SUBSCRIPTIONGROUP_LIST
  [207, onlyGroup("groupName", "Delete")], // DELETE_SUBSCRIPTIONGROUP
  [222, both("group", "Update")], // INVOKE_BROKER_TO_RESET_OFFSET
  [314, both("destGroup", "Update")], // CLONE_GROUP_OFFSET
  [353, both("group", "Update")], // UPDATE_AND_GET_GROUP_FORBIDDEN
  [323, (f) => topic(f["topic"], "Update")], // RESUME_CHECK_HALF_MESSAGE
  [309, both("consumerGroup", "Sub")], // CONSUME_MESSAGE_DIRECTLY
]);

/** Requests that only read; any other one that is not listed above changes something. */
const CLUSTER_GETS: ReadonlySet<number> = new Set([
  21, 26, 28, 43, 45, 60, 61, 201, 204, 305, 308, 315, 317, 322, 328, 355, 402, 901, 907, 1007,
  2003, 3004, 3005, 3009, 3010,
]);

/** Requests that may come without a name in them. */
const MAY_NAME_NOTHING: ReadonlySet<number> = new Set([34, 35, 37, 38, 46]);

/**
 * What a request wants; throws CorruptError when its body does not decode. One that names nothing of what it is about
 * wants the cluster: upstream lets it pass.
 */
export function wantedBy(command: RemotingCommand, cluster: string): Wanted[] {
  const rule = RULES.get(command.code);
  const wanted = rule?.(command.extFields, bodyOf(command) ?? Buffer.alloc(0)) ?? [];
  if (wanted.length > 0 || MAY_NAME_NOTHING.has(command.code)) return wanted;
  const isRead = rule !== undefined || CLUSTER_GETS.has(command.code);
  return [{ resource: { type: "Cluster", name: cluster }, actions: [isRead ? "Get" : "Update"] }];
}

function offsets(action: Action): Rule {
  return (f) => [
    ...plainTopic(f["topic"], "Sub", action),
    ...group(f["consumerGroup"], "Sub", action),
  ];
}

function heartbeat(_: Fields, body: Buffer): Wanted[] {
  if (body.length === 0) return [];
  return heartbeatData
    .decode(body)
    .consumerDataSet.flatMap(({ groupName, subscriptionDataSet }) => [
      ...group(groupName, "Sub"),
      ...subscriptionDataSet.flatMap((one) => plainTopic(one.topic, "Sub")),
    ]);
}

function batchAck(_: Fields, body: Buffer): Wanted[] {
  return batchAckMessageBody
    .decode(body)
    .acks.flatMap((ack) => [...plainTopic(ack.topic, "Sub"), ...group(ack.consumerGroup, "Sub")]);
}

function assignment(_: Fields, body: Buffer): Wanted[] {
  const { topic: name, consumerGroup } = queryAssignmentRequest.decode(body);
  return [...plainTopic(name, "Sub"), ...group(consumerGroup, "Sub")];
}

function createTopics(_: Fields, body: Buffer): Wanted[] {
  const { topicConfigList: configs } = topicConfigList.decode(body);
  return configs.flatMap(({ topicName }) => topic(topicName, "Create"));
}

function updateGroup(_: Fields, body: Buffer): Wanted[] {
  return group(subscriptionGroupConfig.decode(body).groupName, "Update");
}

function updateGroups(_: Fields, body: Buffer): Wanted[] {
  return subscriptionGroupList
    .decode(body)
    .groupConfigList.flatMap(({ groupName }) => group(groupName, "Update"));
}
