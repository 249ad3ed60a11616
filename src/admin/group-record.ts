import { mapOf, orNull } from "../output/shape.js";
import type { SubscriptionGroupConfig } from "./groups.js";

/** A group's settings in JSON and YAML. Times are milliseconds. */
export const GROUP_SHAPE = {
  groupName: "string",
  consumeEnable: "boolean",
  consumeFromMinEnable: "boolean",
  consumeBroadcastEnable: "boolean",
  consumeMessageOrderly: "boolean",
  retryQueueNums: "integer",
  retryMaxTimes: "integer",
  groupRetryPolicy: {
    type: "string",
    exponentialRetryPolicy: orNull({ initial: "integer", max: "integer", multiplier: "integer" }),
    customizedRetryPolicy: orNull({ next: ["integer"] }),
  },
  brokerId: "integer",
  whichBrokerWhenConsumeSlowly: "integer",
  notifyConsumerIdsChangedEnable: "boolean",
  groupSysFlag: "integer",
  consumeTimeoutMinute: "integer",
  subscriptionDataSet: orNull([
    { topic: "string", expressionType: "string", expression: "string", version: "integer" },
  ]),
  attributes: mapOf("string"),
} as const;

/** A group as a record, behind what else is known of it; what upstream leaves out is null. */
export function groupRecord<T extends object>(config: SubscriptionGroupConfig, more: T) {
  const { exponentialRetryPolicy, customizedRetryPolicy, type } = config.groupRetryPolicy;
  return {
    ...more,
    groupName: config.groupName,
    consumeEnable: config.consumeEnable,
    consumeFromMinEnable: config.consumeFromMinEnable,
    consumeBroadcastEnable: config.consumeBroadcastEnable,
    consumeMessageOrderly: config.consumeMessageOrderly,
    retryQueueNums: config.retryQueueNums,
    retryMaxTimes: config.retryMaxTimes,
    groupRetryPolicy: {
      type,
      exponentialRetryPolicy: exponentialRetryPolicy ?? null,
      customizedRetryPolicy: customizedRetryPolicy ?? null,
    },
    brokerId: config.brokerId,
    whichBrokerWhenConsumeSlowly: config.whichBrokerWhenConsumeSlowly,
    notifyConsumerIdsChangedEnable: config.notifyConsumerIdsChangedEnable,
    groupSysFlag: config.groupSysFlag,
    consumeTimeoutMinute: config.consumeTimeoutMinute,
    subscriptionDataSet: config.subscriptionDataSet ?? null,
    attributes: config.attributes,
  };
}
