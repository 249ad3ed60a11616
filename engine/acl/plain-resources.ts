/** Which topics and groups a request touches. Upstream: PlainAccessResource.parse. */
import { heartbeatData } from "../protocol/bodies/heartbeat-data.js";
import { bodyOf, type RemotingCommand } from "../protocol/remoting-command.js";
import {
  groupResource,
  isGroupResource,
  NEED_PUB,
  NEED_SUB,
  type Needed,
} from "./plain-permission.js";

type Fields = Readonly<Record<string, string>>;

/** Requests that only an administrator may send; upstream's, and those of the same effect that it forgot. */
const ADMIN_CODES: ReadonlySet<number> = new Set([
  17, // UPDATE_AND_CREATE_TOPIC
  18, // UPDATE_AND_CREATE_TOPIC_LIST
  25, // UPDATE_BROKER_CONFIG
  50, // UPDATE_AND_CREATE_ACL_CONFIG
  51, // DELETE_ACL_CONFIG
  52, // GET_BROKER_CLUSTER_ACL_INFO
  53, // UPDATE_GLOBAL_WHITE_ADDRS_CONFIG
  54, // GET_BROKER_CLUSTER_ACL_CONFIG
  200, // UPDATE_AND_CREATE_SUBSCRIPTIONGROUP
  207, // DELETE_SUBSCRIPTIONGROUP
  215, // DELETE_TOPIC_IN_BROKER
  225, // UPDATE_AND_CREATE_SUBSCRIPTIONGROUP_LIST
  513, // UPDATE_AND_CREATE_STATIC_TOPIC
]);

export function needsAdmin(code: number): boolean {
  return ADMIN_CODES.has(code);
}

/** Code → what it needs; requests not listed need an account and no more. */
const NEEDS: ReadonlyMap<number, (fields: Fields, command: RemotingCommand) => Needed[]> = new Map([
  [10, ({ topic }: Fields) => sending(topic)], // SEND_MESSAGE
  [310, ({ b }: Fields) => sending(b)], // SEND_MESSAGE_V2
  [320, ({ b, topic }: Fields) => sending(b ?? topic)], // SEND_BATCH_MESSAGE
  [370, ({ topic }: Fields) => sending(topic)], // RECALL_MESSAGE
  [36, ({ group }: Fields) => consuming(group)], // CONSUMER_SEND_MSG_BACK
  [11, ({ topic, consumerGroup }: Fields) => consuming(consumerGroup, topic)], // PULL_MESSAGE
  [361, ({ topic, consumerGroup }: Fields) => consuming(consumerGroup, topic)], // LITE_PULL_MESSAGE
  [12, ({ topic }: Fields) => consuming(undefined, topic)], // QUERY_MESSAGE
  [15, ({ topic, consumerGroup }: Fields) => consuming(consumerGroup, topic)], // UPDATE_CONSUMER_OFFSET
  [35, ({ consumerGroup }: Fields) => consuming(consumerGroup)], // UNREGISTER_CLIENT
  [38, ({ consumerGroup }: Fields) => consuming(consumerGroup)], // GET_CONSUMER_LIST_BY_GROUP
  [34, (_: Fields, command: RemotingCommand) => heartbeat(command)], // HEART_BEAT
]);

/** What a request needs; throws CorruptError when its body does not decode. */
export function neededBy(command: RemotingCommand): Needed[] {
  return NEEDS.get(command.code)?.(command.extFields, command) ?? [];
}

function sending(topic: string | undefined): Needed[] {
  if (topic === undefined) return [];
  // a client that gives a message back itself writes into the retry topic of its group
  return [{ resource: topic, need: isGroupResource(topic) ? NEED_SUB : NEED_PUB }];
}

function consuming(group: string | undefined, topic?: string): Needed[] {
  const needed: Needed[] = [];
  if (topic !== undefined) needed.push({ resource: topic, need: NEED_SUB });
  if (group !== undefined) needed.push({ resource: groupResource(group), need: NEED_SUB });
  return needed;
}

function heartbeat(command: RemotingCommand): Needed[] {
  const body = bodyOf(command);
  if (body === undefined) return [];
  return heartbeatData
    .decode(body)
    .consumerDataSet.flatMap(({ groupName, subscriptionDataSet }) => [
      ...consuming(groupName),
      ...subscriptionDataSet.flatMap(({ topic }) => consuming(undefined, topic)),
    ]);
}
