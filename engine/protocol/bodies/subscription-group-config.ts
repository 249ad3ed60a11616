import { jsonBody, type JsonBody } from "../json-body.js";
import { bean, flag, int, list, long, oneOf, optional, text, textTable } from "../shape.js";

/** Upstream: GroupRetryPolicy and its two policies; times in milliseconds. */
export interface GroupRetryPolicy {
  type: "EXPONENTIAL" | "CUSTOMIZED";
  customizedRetryPolicy?: { next: number[] } | undefined;
  exponentialRetryPolicy?: { initial: number; max: number; multiplier: number } | undefined;
}

/** A subscription that is kept with the group. Upstream: SimpleSubscriptionData. */
export interface SimpleSubscriptionData {
  topic: string;
  expressionType: string;
  expression: string;
  version: number;
}

/** One consumer group at one broker. Upstream: SubscriptionGroupConfig. */
export interface SubscriptionGroupConfig {
  attributes: Record<string, string>;
  brokerId: number;
  consumeBroadcastEnable: boolean;
  consumeEnable: boolean;
  consumeFromMinEnable: boolean;
  consumeMessageOrderly: boolean;
  /** Minutes. */
  consumeTimeoutMinute: number;
  groupName: string;
  groupRetryPolicy: GroupRetryPolicy;
  groupSysFlag: number;
  notifyConsumerIdsChangedEnable: boolean;
  retryMaxTimes: number;
  retryQueueNums: number;
  subscriptionDataSet?: SimpleSubscriptionData[] | undefined;
  whichBrokerWhenConsumeSlowly: number;
}

const retryPolicy = bean<GroupRetryPolicy>({
  customizedRetryPolicy: optional(bean({ next: list(long) })),
  exponentialRetryPolicy: optional(
    bean({ initial: long.or(5_000), max: long.or(7_200_000), multiplier: long.or(2) }),
  ),
  type: oneOf(["EXPONENTIAL", "CUSTOMIZED"], "CUSTOMIZED"),
});

const simpleSubscription = bean<SimpleSubscriptionData>({
  expression: text,
  expressionType: text.or("TAG"),
  topic: text,
  version: long,
});

export const subscriptionGroupConfig: JsonBody<SubscriptionGroupConfig> = jsonBody(
  "SubscriptionGroupConfig",
  bean<SubscriptionGroupConfig>({
    attributes: textTable,
    brokerId: long,
    consumeBroadcastEnable: flag.or(true),
    consumeEnable: flag.or(true),
    consumeFromMinEnable: flag.or(true),
    consumeMessageOrderly: flag,
    consumeTimeoutMinute: int.or(15),
    groupName: text,
    groupRetryPolicy: retryPolicy,
    groupSysFlag: int,
    notifyConsumerIdsChangedEnable: flag.or(true),
    retryMaxTimes: int.or(16),
    retryQueueNums: int.or(1),
    subscriptionDataSet: optional(list(simpleSubscription)),
    whichBrokerWhenConsumeSlowly: long.or(1),
  }),
);

/** A group with upstream's defaults. */
export function defaultSubscriptionGroup(groupName: string): SubscriptionGroupConfig {
  return { ...subscriptionGroupConfig.shape.missing(), groupName };
}

/** Upstream: SubscriptionGroupList. */
export interface SubscriptionGroupList {
  groupConfigList: SubscriptionGroupConfig[];
}

export const subscriptionGroupList: JsonBody<SubscriptionGroupList> = jsonBody(
  "SubscriptionGroupList",
  bean<SubscriptionGroupList>({ groupConfigList: list(subscriptionGroupConfig.shape) }),
);
