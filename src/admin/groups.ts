import {
  defaultSubscriptionGroup,
  type SubscriptionGroupConfig,
} from "../../engine/protocol/bodies/subscription-group-config.js";
import { updateAndCreateSubscriptiongroup } from "../../engine/protocol/requests/update-and-create-subscriptiongroup.js";
import type { Admin } from "./admin.js";
import { javaMap } from "./java-text.js";
import { textHashOrder } from "./java-order.js";

export { defaultSubscriptionGroup, type SubscriptionGroupConfig };

/** Creates a consumer group on one broker or overwrites its settings there. */
export async function saveGroup(
  admin: Admin,
  address: string,
  config: SubscriptionGroupConfig,
): Promise<void> {
  await admin.broker(address, updateAndCreateSubscriptiongroup, {}, { content: config });
}

/** SubscriptionGroupConfig.toString. */
export function groupText(config: SubscriptionGroupConfig): string {
  const { attributes, subscriptionDataSet } = config;
  const fields: [string, unknown][] = [
    ["groupName", config.groupName],
    ["consumeEnable", config.consumeEnable],
    ["consumeFromMinEnable", config.consumeFromMinEnable],
    ["consumeBroadcastEnable", config.consumeBroadcastEnable],
    ["consumeMessageOrderly", config.consumeMessageOrderly],
    ["retryQueueNums", config.retryQueueNums],
    ["retryMaxTimes", config.retryMaxTimes],
    ["groupRetryPolicy", retryPolicyText(config.groupRetryPolicy)],
    ["brokerId", config.brokerId],
    ["whichBrokerWhenConsumeSlowly", config.whichBrokerWhenConsumeSlowly],
    ["notifyConsumerIdsChangedEnable", config.notifyConsumerIdsChangedEnable],
    ["groupSysFlag", config.groupSysFlag],
    ["consumeTimeoutMinute", config.consumeTimeoutMinute],
    ["subscriptionDataSet", subscriptionDataSet === undefined ? "null" : JSON.stringify(subscriptionDataSet)],
    ["attributes", javaMap(textHashOrder(Object.keys(attributes)).map((name) => [name, attributes[name]]))],
  ];
  return `SubscriptionGroupConfig{${fields.map(([name, value]) => `${name}=${String(value)}`).join(", ")}}`;
}

/** GroupRetryPolicy.toString. */
function retryPolicyText(policy: SubscriptionGroupConfig["groupRetryPolicy"]): string {
  const { exponentialRetryPolicy: exponential, customizedRetryPolicy: customized } = policy;
  const exponentialText =
    exponential === undefined
      ? "null"
      : `ExponentialRetryPolicy{initial=${exponential.initial}, max=${exponential.max}, multiplier=${exponential.multiplier}}`;
  const customizedText =
    customized === undefined ? "null" : `CustomizedRetryPolicy{next=[${customized.next.join(", ")}]}`;
  return `GroupRetryPolicy{type=${policy.type}, exponentialRetryPolicy=${exponentialText}, customizedRetryPolicy=${customizedText}}`;
}
