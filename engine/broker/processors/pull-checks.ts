/** What a pull is refused for, in upstream's order (spec: behaviour 4.1). Upstream: PullMessageProcessor.processRequest. */
import { isRetryTopic } from "../../message/topic-names.js";
import type { SubscriptionGroupConfig } from "../../protocol/bodies/subscription-group-config.js";
import type { TopicConfig } from "../../protocol/bodies/topic-config.js";
import { ResponseCode } from "../../protocol/response-codes.js";
import type { Connection, Exchange } from "../../remoting/api.js";
import type { MessageFilter } from "../../store/store-api.js";
import { type BrokerContext, PERM_READ } from "../broker-context.js";
import { isSystemGroup } from "../boot-topics.js";
import { type ConsumerFilter, isTagType } from "../consumer-filter.js";
import { compileExpression, SQL92, sql92Loading } from "../sql92-loader.js";
import {
  isOnlySeparators,
  propertyFilter,
  retryFilter,
  subscriptionFilter,
  tagFilter,
} from "./pull-filter.js";

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
  const { config, release } = context;
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
      `subscription group [${consumerGroup}] does not exist, ${release.faq}`,
    );
  }
  if (!group.consumeEnable) {
    return forbidden(Forbidden.GROUP, `subscription group no permission, ${consumerGroup}`);
  }
  const topic = checkTopic(context, header, connection.remoteAddress);
  if ("code" in topic) return topic;
  const filter = checkSubscription(context, header, group);
  if ("code" in filter) return filter;
  const stranger = checkStranger(context, consumerGroup, connection);
  return stranger ?? { topic, group, filter: filter.filter };
}

/** With rejectPullConsumerEnable only members of a group pull for it. */
function checkStranger(
  { config, clients, release }: BrokerContext,
  consumerGroup: string,
  connection: Connection,
): PullRefusal | undefined {
  if (!config.rejectPullConsumerEnable || isSystemGroup(consumerGroup)) return undefined;
  const online = clients.consumerGroup(consumerGroup);
  if (online !== undefined && online.consumeType !== "CONSUME_ACTIVELY") return undefined;
  if (online?.channels.has(connection) === true) return undefined;
  return refusal(
    ResponseCode.SUBSCRIPTION_NOT_EXIST,
    `the consumer's group info not exist, or the pull consumer is rejected by server.${release.faq}`,
  );
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
      `topic[${header.topic}] not exist, apply first please! ${context.release.faq}`,
    );
  }
  if ((topic.perm & PERM_READ) === 0) {
    return forbidden(Forbidden.TOPIC, `the topic[${header.topic}] pulling message is forbidden`);
  }
  if (queueId < 0 || queueId >= topic.readQueueNums) {
    return refusal(
      context.release.wrongParameter,
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
  if ((header.sysFlag & PullFlag.SUBSCRIPTION) === 0)
    return heartbeatSubscription(context, header, group);
  const { expressionType, subscription = "" } = header;
  if (expressionType !== undefined && !isTagType(expressionType)) {
    const { matches } = compileExpression(expressionType, subscription);
    if (matches === undefined) return NOT_PARSED;
    return propertySelection(context, header, { expressionType, matches });
  }
  return isOnlySeparators(subscription) ? NOT_PARSED : { filter: tagFilter(subscription) };
}

const NOT_PARSED = refusal(
  ResponseCode.SUBSCRIPTION_PARSE_FAILED,
  "parse the consumer's subscription failed",
);

/** Must the grammar of SQL92 be loaded before the pull can be checked? */
export function waitsForSql92({ expressionType }: PullHeader): Promise<void> | undefined {
  return expressionType === SQL92 ? sql92Loading() : undefined;
}

function propertySelection(
  context: BrokerContext,
  { consumerGroup, topic }: PullHeader,
  { expressionType, matches }: Pick<ConsumerFilter, "expressionType" | "matches">,
): CheckedFilter {
  const { config, filters } = context;
  if (!config.enablePropertyFilter) return propertyFilterRefusal(expressionType);
  if (config.filterSupportRetry && isRetryTopic(topic))
    return { filter: retryFilter(consumerGroup, filters) };
  return { filter: matches && propertyFilter(matches) };
}

/** The answer of a broker that filters by tags only. */
export function propertyFilterRefusal(expressionType: string): PullRefusal {
  return refusal(
    ResponseCode.SYSTEM_ERROR,
    `The broker does not support consumer to filter message by ${expressionType}`,
  );
}

function heartbeatSubscription(
  context: BrokerContext,
  header: PullHeader,
  group: SubscriptionGroupConfig,
): CheckedFilter {
  const { consumerGroup, topic, subVersion = 0 } = header;
  const online = context.clients.consumerGroup(consumerGroup);
  if (online === undefined) {
    return refusal(
      ResponseCode.SUBSCRIPTION_NOT_EXIST,
      `the consumer's group info not exist${context.release.faq}`,
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
      `the consumer's subscription not exist${context.release.faq}`,
    );
  }
  if (subscription.subVersion < subVersion) {
    return refusal(ResponseCode.SUBSCRIPTION_NOT_LATEST, "the consumer's subscription not latest");
  }
  if (isTagType(subscription.expressionType)) return { filter: subscriptionFilter(subscription) };
  const filter = context.filters.get(topic, consumerGroup);
  if (filter === undefined) {
    return refusal(
      ResponseCode.FILTER_DATA_NOT_EXIST,
      "The broker's consumer filter data is not exist!Your expression may be wrong!",
    );
  }
  if (filter.clientVersion < subVersion) {
    return refusal(
      ResponseCode.FILTER_DATA_NOT_LATEST,
      "the consumer's consumer filter data not latest",
    );
  }
  return propertySelection(context, header, filter);
}

function refusal(code: number, remark: string): PullRefusal {
  return { code, remark };
}

function forbidden(forbiddenType: number, remark: string): PullRefusal {
  return { code: ResponseCode.NO_PERMISSION, remark, forbiddenType };
}
