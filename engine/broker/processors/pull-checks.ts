/** What a pull is refused for, in upstream's order (spec: behaviour 4.1). Upstream: PullMessageProcessor.processRequest. */
import type { SubscriptionGroupConfig } from "../../protocol/bodies/subscription-group-config.js";
import type { TopicConfig } from "../../protocol/bodies/topic-config.js";
import { ResponseCode } from "../../protocol/response-codes.js";
import type { Exchange } from "../../remoting/api.js";
import type { MessageFilter } from "../../store/store-api.js";
import { type BrokerContext, PERM_READ } from "../broker-context.js";
import {
  filterRefusal,
  isOnlySeparators,
  isTagExpression,
  subscriptionFilter,
  tagFilter,
} from "./pull-filter.js";
import { FAQ } from "./refusal.js";

export interface PullHeader {
  consumerGroup: string;
  topic: string;
  queueId: number;
  queueOffset: number;
  maxMsgNums: number;
  sysFlag: number;
  commitOffset?: number | undefined;
  suspendTimeoutMillis?: number | undefined;
  subscription?: string | undefined;
  subVersion?: number | undefined;
  expressionType?: string | undefined;
  maxMsgBytes?: number | undefined;
}

export interface PullAnswer {
  suggestWhichBrokerId: number;
  nextBeginOffset: number;
  minOffset: number;
  maxOffset: number;
  topicSysFlag?: number | undefined;
  groupSysFlag?: number | undefined;
}

export type PullExchange = Exchange<PullHeader, PullAnswer, undefined, undefined>;
/** Bits of a pull's sysFlag. Upstream: PullSysFlag. */
export const PullFlag = {
  COMMIT_OFFSET: 1,
  SUSPEND: 2,
  SUBSCRIPTION: 4,
  CLASS_FILTER: 8,
  LITE: 16,
};

/** Upstream: ForbiddenType. */
const Forbidden = { BROKER: 1, GROUP: 2, TOPIC: 3, BROADCASTING: 4, SUBSCRIPTION: 5 };

export interface PullRefusal {
  code: number;
  remark: string;
  forbiddenType?: number;
}

export interface CheckedPull {
  topic: TopicConfig;
  group: SubscriptionGroupConfig;
  filter: MessageFilter | undefined;
}

export function checkPull(
  context: BrokerContext,
  { header, connection }: PullExchange,
  options: { isLite: boolean },
): CheckedPull | PullRefusal {
  const { config } = context;
  if (config.brokerRole === "SLAVE" && !config.slaveReadEnable) {
    return refusal(
      ResponseCode.SYSTEM_BUSY,
      "[REJECTREQUEST]system busy, start flow control for a while",
    );
  }
  if ((config.brokerPermission & PERM_READ) === 0) {
    return forbidden(
      Forbidden.BROKER,
      `the broker[${config.brokerIP1}] pulling message is forbidden`,
    );
  }
  if (options.isLite && !config.litePullMessageEnable) {
    return forbidden(
      Forbidden.BROKER,
      `the broker[${config.brokerIP1}] for lite pull consumer is forbidden`,
    );
  }
  const { consumerGroup } = header;
  const group = context.groups.find(consumerGroup);
  if (group === undefined) {
    return refusal(
      ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST,
      `subscription group [${consumerGroup}] does not exist, ${FAQ}`,
    );
  }
  if (!group.consumeEnable) {
    return forbidden(Forbidden.GROUP, `subscription group no permission, ${consumerGroup}`);
  }
  const topic = checkTopic(context, header, connection.remoteAddress);
  if ("code" in topic) return topic;
  const filter = checkSubscription(context, header, group);
  return "code" in filter ? filter : { topic, group, filter: filter.filter };
}

function checkTopic(
  context: BrokerContext,
  header: PullHeader,
  consumer: string,
): TopicConfig | PullRefusal {
  const { queueId } = header;
  const topic = context.topics.get(header.topic);
  if (topic === undefined) {
    return refusal(
      ResponseCode.TOPIC_NOT_EXIST,
      `topic[${header.topic}] not exist, apply first please! ${FAQ}`,
    );
  }
  if ((topic.perm & PERM_READ) === 0) {
    return forbidden(Forbidden.TOPIC, `the topic[${header.topic}] pulling message is forbidden`);
  }
  if (queueId < 0 || queueId >= topic.readQueueNums) {
    return refusal(
      ResponseCode.INVALID_PARAMETER,
      `queueId[${queueId}] is illegal, topic:[${header.topic}] topicConfig.readQueueNums:[${topic.readQueueNums}] consumer:[/${consumer}]`,
    );
  }
  return topic;
}

type CheckedFilter = { filter: MessageFilter | undefined } | PullRefusal;

function checkSubscription(
  context: BrokerContext,
  header: PullHeader,
  group: SubscriptionGroupConfig,
): CheckedFilter {
  if ((header.sysFlag & PullFlag.SUBSCRIPTION) !== 0) {
    const { expressionType, subscription } = header;
    if (!isTagExpression(expressionType)) return filterRefusal(expressionType);
    if (isOnlySeparators(subscription)) {
      return refusal(
        ResponseCode.SUBSCRIPTION_PARSE_FAILED,
        "parse the consumer's subscription failed",
      );
    }
    return { filter: tagFilter(subscription) };
  }
  return heartbeatSubscription(context, header, group);
}

function heartbeatSubscription(
  context: BrokerContext,
  { consumerGroup, topic, subVersion = 0 }: PullHeader,
  group: SubscriptionGroupConfig,
): CheckedFilter {
  const online = context.clients.consumerGroup(consumerGroup);
  if (online === undefined) {
    return refusal(
      ResponseCode.SUBSCRIPTION_NOT_EXIST,
      `the consumer's group info not exist${FAQ}`,
    );
  }
  if (!group.consumeBroadcastEnable && online.messageModel === "BROADCASTING") {
    return forbidden(
      Forbidden.BROADCASTING,
      `the consumer group[${consumerGroup}] can not consume by broadcast way`,
    );
  }
  if (context.groups.isReadForbidden(consumerGroup, topic)) {
    return forbidden(
      Forbidden.SUBSCRIPTION,
      `the consumer group[${consumerGroup}] is forbidden for topic[${topic}]`,
    );
  }
  const subscription = online.subscriptions.get(topic);
  if (subscription === undefined) {
    return refusal(
      ResponseCode.SUBSCRIPTION_NOT_EXIST,
      `the consumer's subscription not exist${FAQ}`,
    );
  }
  if (subscription.subVersion < subVersion) {
    return refusal(ResponseCode.SUBSCRIPTION_NOT_LATEST, "the consumer's subscription not latest");
  }
  if (!isTagExpression(subscription.expressionType)) {
    return filterRefusal(subscription.expressionType);
  }
  return { filter: subscriptionFilter(subscription) };
}

function refusal(code: number, remark: string): PullRefusal {
  return { code, remark };
}

function forbidden(forbiddenType: number, remark: string): PullRefusal {
  return { code: ResponseCode.NO_PERMISSION, remark, forbiddenType };
}
