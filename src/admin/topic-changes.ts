import { deleteTopicInBroker } from "../../engine/protocol/requests/delete-topic-in-broker.js";
import { deleteTopicInNamesrv } from "../../engine/protocol/requests/delete-topic-in-namesrv.js";
import { updateAndCreateTopic } from "../../engine/protocol/requests/update-and-create-topic.js";
import { ResponseCode } from "../../engine/protocol/response-codes.js";
import type { Admin } from "./admin.js";
import { clusterInfo, clusterMasters, MASTER_ID, replicasOf, unknownCluster } from "./clusters.js";
import { CodeError } from "./explain.js";
import { javaMap } from "./java-text.js";
import { mergeOrderConf, orderConf, saveOrderConf } from "./order-conf.js";
import { inParallel } from "./parallel.js";

/** The topic whose settings a topic is made from that is created by sending to it. */
const TEMPLATE_TOPIC = "TBW102";

/** Settings of a topic as they are sent to brokers. Upstream: TopicConfig. */
export interface TopicSettings {
  topicName: string;
  readQueueNums: number;
  writeQueueNums: number;
  /** Bits: 4 readable, 2 writable, 1 inherited. */
  perm: number;
  /** Bits: 1 unit topic, 2 has unit subscriptions. */
  topicSysFlag: number;
  order: boolean;
  /** Edits: `+name` to a value, `-name` to an empty text. */
  attributes: ReadonlyMap<string, string>;
}

export interface SavedTopic {
  /** Addresses of the brokers that took it. */
  brokers: string[];
  /** `broker:queues;…` as it is at the name servers now; undefined for a topic without order. */
  orderConf: string | undefined;
}

/** TopicConfig.toString. */
export function topicText(settings: TopicSettings): string {
  const { topicName, readQueueNums, writeQueueNums, perm, topicSysFlag, order, attributes } =
    settings;
  return `TopicConfig [topicName=${topicName}, readQueueNums=${readQueueNums}, writeQueueNums=${writeQueueNums}, perm=${permText(perm)}, topicFilterType=SINGLE_TAG, topicSysFlag=${topicSysFlag}, order=${order}, attributes=${javaMap(attributes)}]`;
}

/** Permission bits as letters: `RW-`, `R--`. */
export function permText(perm: number): string {
  return `${perm & 4 ? "R" : "-"}${perm & 2 ? "W" : "-"}${perm & 1 ? "X" : "-"}`;
}

/** Creates a topic on one broker or changes it there. */
export async function saveTopic(
  admin: Admin,
  address: string,
  settings: TopicSettings,
): Promise<void> {
  const attributes = [...settings.attributes]
    .map(([name, value]) => (value === "" ? name : `${name}=${value}`))
    .join(",");
  await admin.broker(address, updateAndCreateTopic, {
    topic: settings.topicName,
    defaultTopic: TEMPLATE_TOPIC,
    readQueueNums: settings.readQueueNums,
    writeQueueNums: settings.writeQueueNums,
    perm: settings.perm,
    topicFilterType: "SINGLE_TAG",
    topicSysFlag: settings.topicSysFlag,
    order: settings.order,
    attributes,
  });
}

/**
 * Saves a topic on one broker or on every master of a cluster, and of an ordered topic the order configuration at every
 * name server. `note` hears that a topic had no order configuration before.
 */
export async function saveTopicEverywhere(
  admin: Admin,
  settings: TopicSettings,
  where: {
    brokerAddr: string | undefined;
    clusterName: string | undefined;
    note: (line: string) => void;
  },
): Promise<SavedTopic> {
  checkPerm(settings.perm);
  return where.brokerAddr === undefined
    ? saveInCluster(admin, settings, where.clusterName ?? "")
    : saveOnBroker(admin, settings, { address: where.brokerAddr, note: where.note });
}

/** Deletes a topic from the masters of a cluster, then that cluster's part of it from every name server. */
export async function deleteTopic(admin: Admin, topic: string, cluster: string): Promise<void> {
  const masters = await clusterMasters(admin, cluster);
  await inParallel(masters, ({ address }) => admin.broker(address, deleteTopicInBroker, { topic }));
  await admin.everyNamesrv(deleteTopicInNamesrv, { topic, clusterName: cluster });
}

async function saveInCluster(
  admin: Admin,
  settings: TopicSettings,
  cluster: string,
): Promise<SavedTopic> {
  const info = await clusterInfo(admin);
  if (!info.clusterAddrTable.has(cluster))
    throw unknownCluster(cluster, `${topicText(settings)}\n`);
  const masters = replicasOf(info, cluster).filter((one) => one.brokerId === MASTER_ID);
  await inParallel(masters, ({ address }) => saveTopic(admin, address, settings));
  const brokers = masters.map((one) => one.address);
  if (!settings.order) return { brokers, orderConf: undefined };
  const conf = masters.map((one) => `${one.brokerName}:${settings.writeQueueNums}`).join(";");
  await saveOrderConf(admin, settings.topicName, conf);
  return { brokers, orderConf: conf };
}

async function saveOnBroker(
  admin: Admin,
  settings: TopicSettings,
  { address, note }: { address: string; note: (line: string) => void },
): Promise<SavedTopic> {
  if (!settings.order) {
    await saveTopic(admin, address, settings);
    return { brokers: [address], orderConf: undefined };
  }
  const brokerName = replicasOf(await clusterInfo(admin)).find(
    (one) => one.address === address,
  )?.brokerName;
  const item = `${brokerName ?? address}:${settings.writeQueueNums}`;
  const old = await orderConf(admin, settings.topicName);
  if (old.missing !== undefined)
    note(`the topic gets its first order configuration (${old.missing.message})`);
  await saveOrderConf(admin, settings.topicName, mergeOrderConf(old.conf ?? "", item));
  await saveTopic(admin, address, settings);
  return { brokers: [address], orderConf: item };
}

/** Throws a usage error for bits that no permission has. */
export function checkPerm(perm: number): void {
  if (perm >= 0 && perm <= 7) return;
  throw new CodeError(ResponseCode.NO_PERMISSION, `topicPermission value: ${perm} is invalid.`, {
    kind: "usage",
    hint: "2 is writable, 4 readable, 6 both",
  });
}
