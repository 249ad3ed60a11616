/** Answers about light topics, which 5.5 brings. Upstream: GetBrokerLiteInfoResponseBody and its siblings. */
import { jsonBody, type JsonBody } from "../json-body.js";
import { bean, flag, int, list, long, optional, table, text } from "../shape.js";
import type { TopicOffset } from "./topic-stats-table.js";

/** What a broker keeps of light topics. Upstream: GetBrokerLiteInfoResponseBody. */
export interface BrokerLiteInfo {
  storeType?: string | undefined;
  maxLmqNum: number;
  currentLmqNum: number;
  liteSubscriptionCount: number;
  orderInfoCount: number;
  cqTableSize: number;
  offsetTableSize: number;
  eventMapSize: number;
  /** How long idle light topics live (minutes), by parent topic. */
  topicMeta?: Map<string, number> | undefined;
  /** Groups by parent topic. */
  groupMeta?: Map<string, string[]> | undefined;
}

/** Upstream: GetParentTopicInfoResponseBody. */
export interface ParentTopicInfo {
  topic?: string | undefined;
  /** How long an idle light topic lives (minutes), -1 without end. */
  ttl: number;
  groups?: string[] | undefined;
  lmqNum: number;
  liteTopicCount: number;
}

/** Upstream: ClientGroup. */
export interface ClientGroup {
  clientId: string;
  group: string;
}

/** Upstream: GetLiteTopicInfoResponseBody. */
export interface LiteTopicInfo {
  parentTopic?: string | undefined;
  liteTopic?: string | undefined;
  subscriber?: ClientGroup[] | undefined;
  topicOffset?: TopicOffset | undefined;
  /** Whether this broker is the one that the light topic's messages go to. */
  shardingToBroker: boolean;
}

/** Upstream: GetLiteClientInfoResponseBody. Times in milliseconds, 0 or less when unknown. */
export interface LiteClientInfo {
  parentTopic?: string | undefined;
  group?: string | undefined;
  clientId?: string | undefined;
  lastAccessTime: number;
  lastConsumeTime: number;
  liteTopicCount: number;
  liteTopicSet?: string[] | undefined;
}

/** Upstream: LiteLagInfo. */
export interface LiteLagInfo {
  liteTopic: string;
  lagCount: number;
  /** Milliseconds; 0 or less when nothing waits. */
  earliestUnconsumedTimestamp: number;
}

/** Upstream: OffsetWrapper. */
export interface LiteOffsets {
  brokerOffset: number;
  consumerOffset: number;
  pullOffset: number;
  /** Milliseconds. */
  lastTimestamp: number;
}

/** Upstream: GetLiteGroupInfoResponseBody. */
export interface LiteGroupInfo {
  group?: string | undefined;
  parentTopic?: string | undefined;
  liteTopic?: string | undefined;
  /** Milliseconds; 0 or less when nothing waits. */
  earliestUnconsumedTimestamp: number;
  totalLagCount: number;
  liteTopicOffsetWrapper?: LiteOffsets | undefined;
  lagCountTopK?: LiteLagInfo[] | undefined;
  lagTimestampTopK?: LiteLagInfo[] | undefined;
}

export const brokerLiteInfo: JsonBody<BrokerLiteInfo> = jsonBody(
  "BrokerLiteInfo",
  bean<BrokerLiteInfo>({
    storeType: optional(text),
    maxLmqNum: int,
    currentLmqNum: int,
    liteSubscriptionCount: int,
    orderInfoCount: int,
    cqTableSize: int,
    offsetTableSize: int,
    eventMapSize: int,
    topicMeta: optional(table(int)),
    groupMeta: optional(table(list(text))),
  }),
);

export const parentTopicInfo: JsonBody<ParentTopicInfo> = jsonBody(
  "ParentTopicInfo",
  bean<ParentTopicInfo>({
    topic: optional(text),
    ttl: int,
    groups: optional(list(text)),
    lmqNum: int,
    liteTopicCount: int,
  }),
);

export const liteTopicInfo: JsonBody<LiteTopicInfo> = jsonBody(
  "LiteTopicInfo",
  bean<LiteTopicInfo>({
    parentTopic: optional(text),
    liteTopic: optional(text),
    subscriber: optional(list(bean<ClientGroup>({ clientId: text, group: text }))),
    topicOffset: optional(
      bean<TopicOffset>({ lastUpdateTimestamp: long, maxOffset: long, minOffset: long }),
    ),
    shardingToBroker: flag,
  }),
);

export const liteClientInfo: JsonBody<LiteClientInfo> = jsonBody(
  "LiteClientInfo",
  bean<LiteClientInfo>({
    parentTopic: optional(text),
    group: optional(text),
    clientId: optional(text),
    lastAccessTime: long,
    lastConsumeTime: long,
    liteTopicCount: int,
    liteTopicSet: optional(list(text)),
  }),
);

const lagInfo = bean<LiteLagInfo>({
  liteTopic: text,
  lagCount: long,
  earliestUnconsumedTimestamp: long,
});

export const liteGroupInfo: JsonBody<LiteGroupInfo> = jsonBody(
  "LiteGroupInfo",
  bean<LiteGroupInfo>({
    group: optional(text),
    parentTopic: optional(text),
    liteTopic: optional(text),
    earliestUnconsumedTimestamp: long,
    totalLagCount: long,
    liteTopicOffsetWrapper: optional(
      bean<LiteOffsets>({
        brokerOffset: long,
        consumerOffset: long,
        pullOffset: long,
        lastTimestamp: long,
      }),
    ),
    lagCountTopK: optional(list(lagInfo)),
    lagTimestampTopK: optional(list(lagInfo)),
  }),
);
