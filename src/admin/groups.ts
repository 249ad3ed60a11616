import { upstreamPrints } from "./plain-text-error.js";
import { RocketmqError } from "../../engine/base/errors.js";
import { parseFastjson } from "../../engine/protocol/fastjson.js";
import {
  defaultSubscriptionGroup,
  type SubscriptionGroupConfig,
  subscriptionGroupConfig,
} from "../../engine/protocol/bodies/subscription-group-config.js";
import { getAllSubscriptiongroupConfig } from "../../engine/protocol/requests/get-all-subscriptiongroup-config.js";
import { updateAndCreateSubscriptiongroup } from "../../engine/protocol/requests/update-and-create-subscriptiongroup.js";
import { ResponseCode } from "../../engine/protocol/response-codes.js";
import type { Compat } from "../cli/compat.js";
import type { Admin } from "./admin.js";
import { change, onEach, type State } from "./change.js";
import {
  addressToAsk,
  clusterInfo,
  clusterMasters,
  MASTER_ID,
  type Replica,
  replicasOf,
  unknownCluster,
} from "./clusters.js";
import { CodeError } from "./explain.js";
import { javaMap } from "./java-text.js";
import { textHashOrder } from "./java-order.js";
import { compareTexts } from "./queues.js";

export { defaultSubscriptionGroup, type SubscriptionGroupConfig };

/**
 * All groups of one broker, by name. A question for one group (352) does not do: Apache's broker makes a group that it
 * is asked for.
 */
export async function groupsOfBroker(
  admin: Admin,
  address: string,
): Promise<ReadonlyMap<string, SubscriptionGroupConfig>> {
  const answer = await admin.broker(address, getAllSubscriptiongroupConfig, {});
  return answer.content().subscriptionGroupTable;
}

/** What a broker holds of a group, as changes compare it; attributes stand beside the settings as `attributes.name`. */
export async function groupState(admin: Admin, address: string, group: string): Promise<State> {
  return stateOf((await groupsOfBroker(admin, address)).get(group));
}

export function stateOf(config: SubscriptionGroupConfig | undefined): State {
  if (config === undefined) return null;
  const { attributes, ...settings } = config;
  const named = Object.entries(attributes).map(([name, value]) => [`attributes.${name}`, value]);
  return { ...settings, ...(Object.fromEntries(named) as Record<string, string>) };
}

/** What a group is to be after it was saved: attributes come as edits, `+name` or `-name`. */
export function wantedGroup({ attributes, ...settings }: SubscriptionGroupConfig): State {
  const edits = Object.entries(attributes).map(([edit, value]) => [
    `attributes.${edit.slice(1)}`,
    edit.startsWith("-") ? undefined : value,
  ]);
  return { ...settings, ...(Object.fromEntries(edits) as Record<string, string | undefined>) };
}

/** Creates a consumer group on one broker or overwrites its settings there. */
export async function saveGroup(
  admin: Admin,
  address: string,
  config: SubscriptionGroupConfig,
): Promise<void> {
  await change(admin, address, updateAndCreateSubscriptiongroup, {
    header: {},
    options: { content: config },
    read: () => groupState(admin, address, config.groupName),
    wanted: wantedGroup(config),
  });
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

/** What 4.x knew of a group. */
const FIELDS_OF_4X: ReadonlySet<string> = new Set([
  "groupName",
  "consumeEnable",
  "consumeFromMinEnable",
  "consumeBroadcastEnable",
  "retryQueueNums",
  "retryMaxTimes",
  "brokerId",
  "whichBrokerWhenConsumeSlowly",
  "notifyConsumerIdsChangedEnable",
]);

/** A group's settings with their texts as a release prints them. */
export function groupFieldsOf(
  config: SubscriptionGroupConfig,
  compat?: Compat,
): [name: string, text: string | null][] {
  const all = groupFields(config);
  return compat?.isBefore("5.0.0") === true ? all.filter(([name]) => FIELDS_OF_4X.has(name)) : all;
}

/** SubscriptionGroupConfig.toString. */
export function groupText(config: SubscriptionGroupConfig, compat?: Compat): string {
  const fields = groupFieldsOf(config, compat).map(([name, text]) => `${name}=${text}`);
  const [open, close] = compat?.isBefore("5.0.0") === true ? [" [", "]"] : ["{", "}"];
  return `SubscriptionGroupConfig${open}${fields.join(", ")}${close}`;
}

/** A group's settings at one broker. */
export interface GroupAtBroker {
  cluster: string;
  brokerName: string;
  config: SubscriptionGroupConfig;
}

function rethrow(thrown: unknown): never {
  throw thrown;
}

/**
 * Settings of a group at the brokers that have it, of all clusters; not-found when none has. A broker that cannot be
 * asked goes to `fail`.
 */
export async function groupEverywhere(
  admin: Admin,
  group: string,
  fail: (thrown: unknown) => void = rethrow,
): Promise<GroupAtBroker[]> {
  const info = await clusterInfo(admin);
  const brokers = [...info.brokerAddrTable.values()].sort((a, b) =>
    compareTexts(a.brokerName, b.brokerName),
  );
  const ask = async (broker: (typeof brokers)[number]): Promise<GroupAtBroker[]> => {
    const config = (await groupsOfBroker(admin, addressToAsk(broker) ?? "")).get(group);
    const { cluster, brokerName } = broker;
    return config === undefined ? [] : [{ cluster, brokerName, config }];
  };
  const found = (await onEach(brokers, ask, { nameOf: (one) => one.brokerName, fail })).flat();
  if (found.length > 0) return found;
  const absent = new CodeError(
    ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST,
    `no broker has the subscription group ${group}`,
    { kind: "not-found", hint: "mqadmin consumerProgress lists the groups" },
  );
  throw upstreamPrints("", absent);
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

/** Where a group is saved, and who hears of brokers that did not take it. */
export interface GroupPlace {
  brokerAddr: string | undefined;
  clusterName: string | undefined;
  fail: (thrown: unknown) => void;
  compat: Compat;
}

/** Saves a group on one broker or on every master of a cluster; the brokers that took it. */
export async function saveGroupEverywhere(
  admin: Admin,
  config: SubscriptionGroupConfig,
  where: GroupPlace,
): Promise<string[]> {
  const { brokerAddr, clusterName = "", fail, compat } = where;
  if (brokerAddr !== undefined) {
    await saveGroup(admin, brokerAddr, config);
    return [brokerAddr];
  }
  const info = await clusterInfo(admin);
  if (!info.clusterAddrTable.has(clusterName))
    throw unknownCluster(clusterName, groupText(config, compat));
  const masters = replicasOf(info, clusterName).filter((one) => one.brokerId === MASTER_ID);
  return onMasters(masters, (address) => saveGroup(admin, address, config), fail);
}

/** Does the same on one broker or on every master of a cluster; the addresses of those that did it. */
export async function onMastersOf(
  admin: Admin,
  where: Omit<GroupPlace, "compat">,
  run: (address: string) => Promise<void>,
): Promise<string[]> {
  if (where.brokerAddr !== undefined) {
    await run(where.brokerAddr);
    return [where.brokerAddr];
  }
  return onMasters(await clusterMasters(admin, where.clusterName ?? ""), run, where.fail);
}

function onMasters(
  masters: readonly Replica[],
  run: (address: string) => Promise<void>,
  fail: (thrown: unknown) => void,
): Promise<string[]> {
  return onEach(masters, ({ address }) => run(address).then(() => address), {
    nameOf: ({ brokerName, address }) => `${brokerName} (${address})`,
    fail,
  });
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
