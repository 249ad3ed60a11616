import { RocketmqError } from "../../engine/base/errors.js";
import { parseFastjson } from "../../engine/protocol/fastjson.js";
import {
  defaultSubscriptionGroup,
  type SubscriptionGroupConfig,
  subscriptionGroupConfig,
} from "../../engine/protocol/bodies/subscription-group-config.js";
import { getAllSubscriptiongroupConfig } from "../../engine/protocol/requests/get-all-subscriptiongroup-config.js";
import { updateAndCreateSubscriptiongroup } from "../../engine/protocol/requests/update-and-create-subscriptiongroup.js";
import type { Admin } from "./admin.js";
import { addressToAsk, clusterInfo, MASTER_ID, replicasOf, unknownCluster } from "./clusters.js";
import { javaMap } from "./java-text.js";
import { textHashOrder } from "./java-order.js";
import { inParallel } from "./parallel.js";
import { compareTexts } from "./queues.js";

export { defaultSubscriptionGroup, type SubscriptionGroupConfig };

/** Creates a consumer group on one broker or overwrites its settings there. */
export async function saveGroup(
  admin: Admin,
  address: string,
  config: SubscriptionGroupConfig,
): Promise<void> {
  await admin.broker(address, updateAndCreateSubscriptiongroup, {}, { content: config });
}

/** A group's settings with their texts, in upstream's order; null as upstream has it. */
export function groupFields(
  config: SubscriptionGroupConfig,
): [name: string, text: string | null][] {
  const { attributes, subscriptionDataSet } = config;
  const attributeNames = textHashOrder(Object.keys(attributes));
  return [
    ["groupName", config.groupName],
    ["consumeEnable", String(config.consumeEnable)],
    ["consumeFromMinEnable", String(config.consumeFromMinEnable)],
    ["consumeBroadcastEnable", String(config.consumeBroadcastEnable)],
    ["consumeMessageOrderly", String(config.consumeMessageOrderly)],
    ["retryQueueNums", String(config.retryQueueNums)],
    ["retryMaxTimes", String(config.retryMaxTimes)],
    ["groupRetryPolicy", retryPolicyText(config.groupRetryPolicy)],
    ["brokerId", String(config.brokerId)],
    ["whichBrokerWhenConsumeSlowly", String(config.whichBrokerWhenConsumeSlowly)],
    ["notifyConsumerIdsChangedEnable", String(config.notifyConsumerIdsChangedEnable)],
    ["groupSysFlag", String(config.groupSysFlag)],
    ["consumeTimeoutMinute", String(config.consumeTimeoutMinute)],
    [
      "subscriptionDataSet",
      subscriptionDataSet === undefined ? null : JSON.stringify(subscriptionDataSet),
    ],
    ["attributes", javaMap(attributeNames.map((name) => [name, attributes[name]]))],
  ];
}

/** SubscriptionGroupConfig.toString. */
export function groupText(config: SubscriptionGroupConfig): string {
  const fields = groupFields(config).map(([name, text]) => `${name}=${text}`);
  return `SubscriptionGroupConfig{${fields.join(", ")}}`;
}

/** A group's settings at one broker. */
export interface GroupAtBroker {
  cluster: string;
  brokerName: string;
  config: SubscriptionGroupConfig;
}

/** Settings of a group at the brokers that have it, of all clusters. */
export async function groupEverywhere(admin: Admin, group: string): Promise<GroupAtBroker[]> {
  const info = await clusterInfo(admin);
  const brokers = [...info.brokerAddrTable.values()].sort((a, b) =>
    compareTexts(a.brokerName, b.brokerName),
  );
  const found = await inParallel(brokers, async (broker) => {
    const answer = await admin.broker(
      addressToAsk(broker) ?? "",
      getAllSubscriptiongroupConfig,
      {},
    );
    const config = answer.content().subscriptionGroupTable.get(group);
    const { cluster, brokerName } = broker;
    return config === undefined ? [] : [{ cluster, brokerName, config }];
  });
  return found.flat();
}

/** GroupRetryPolicy.toString. */
function retryPolicyText(policy: SubscriptionGroupConfig["groupRetryPolicy"]): string {
  const { exponentialRetryPolicy: exponential, customizedRetryPolicy: customized } = policy;
  const exponentialText =
    exponential === undefined
      ? "null"
      : `ExponentialRetryPolicy{initial=${exponential.initial}, max=${exponential.max}, multiplier=${exponential.multiplier}}`;
  const customizedText =
    customized === undefined
      ? "null"
      : `CustomizedRetryPolicy{next=[${customized.next.join(", ")}]}`;
  return `GroupRetryPolicy{type=${policy.type}, exponentialRetryPolicy=${exponentialText}, customizedRetryPolicy=${customizedText}}`;
}

/**
 * Saves a group on one broker or on every master of a cluster; the brokers that took it. Of a cluster a broker that did
 * not goes to `fail`.
 */
export async function saveGroupEverywhere(
  admin: Admin,
  config: SubscriptionGroupConfig,
  where: {
    brokerAddr: string | undefined;
    clusterName: string | undefined;
    fail: (thrown: unknown) => void;
  },
): Promise<string[]> {
  const { brokerAddr, clusterName = "", fail } = where;
  if (brokerAddr !== undefined) {
    await saveGroup(admin, brokerAddr, config);
    return [brokerAddr];
  }
  const info = await clusterInfo(admin);
  if (!info.clusterAddrTable.has(clusterName)) throw unknownCluster(clusterName, groupText(config));
  const masters = replicasOf(info, clusterName).filter((one) => one.brokerId === MASTER_ID);
  const saved = await inParallel(masters, ({ address }) =>
    saveGroup(admin, address, config).then(
      () => address,
      (thrown: unknown) => fail(thrown),
    ),
  );
  return saved.filter((address) => address !== undefined);
}

/** A retry policy as it is typed, in JSON; upstream's default when it is left out. */
export function parseRetryPolicy(
  json: string | undefined,
): SubscriptionGroupConfig["groupRetryPolicy"] {
  if (json === undefined) return { type: "CUSTOMIZED" };
  const { shape } = subscriptionGroupConfig;
  try {
    return shape.read(parseFastjson(`{"groupRetryPolicy":${json}}`), "the retry policy")
      .groupRetryPolicy;
  } catch (cause) {
    throw new RocketmqError(
      `-p, --groupRetryPolicy: ${json} is no retry policy: ${jsonProblem(json)}`,
      {
        kind: "usage",
        hint: 'such as {"type":"CUSTOMIZED","customizedRetryPolicy":{"next":[1000,5000,10000]}}',
        cause,
      },
    );
  }
}

/** What fastjson says of an object whose first key is not followed by a colon. */
function jsonProblem(json: string): string {
  const at = /^\{[\w$]*/.exec(json)?.[0].length ?? 0;
  return `not match : - ${json[at] ?? "\u001a"}, info : pos ${at}, line 1, column ${at + 1}${json}`;
}
