import { deleteTopicInBroker } from "../../engine/protocol/requests/delete-topic-in-broker.js";
import { deleteTopicInNamesrv } from "../../engine/protocol/requests/delete-topic-in-namesrv.js";
import { getRouteinfoByTopic } from "../../engine/protocol/requests/get-routeinfo-by-topic.js";
import { updateAndCreateTopic } from "../../engine/protocol/requests/update-and-create-topic.js";
import { ResponseCode } from "../../engine/protocol/response-codes.js";
import type { Compat } from "../cli/compat.js";
import type { Admin } from "./admin.js";
import { isOfFour } from "./broker-version.js";
import { change, changeEveryNamesrv, onEach, type State } from "./change.js";
import {
  clusterInfo,
  clusterMasters,
  MASTER_ID,
  type Replica,
  replicasOf,
  unknownCluster,
} from "./clusters.js";
import { CodeError, codeOf } from "./explain.js";
import { javaMap } from "./java-text.js";
import { mergeOrderConf, orderConf, saveOrderConf } from "./order-conf.js";
import { topicState } from "./topic-config.js";

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

/** TopicConfig.toString; up to 4.9 it knew no attributes. */
export function topicText(settings: TopicSettings, compat?: Compat): string {
  const { topicName, readQueueNums, writeQueueNums, perm, topicSysFlag, order, attributes } =
    settings;
  const edits = compat?.isBefore("5.0.0") === true ? "" : `, attributes=${javaMap(attributes)}`;
  return `TopicConfig [topicName=${topicName}, readQueueNums=${readQueueNums}, writeQueueNums=${writeQueueNums}, perm=${permText(perm)}, topicFilterType=SINGLE_TAG, topicSysFlag=${topicSysFlag}, order=${order}${edits}]`;
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
  const { topicName: topic, readQueueNums, writeQueueNums, perm, topicSysFlag, order } = settings;
  const edits = [...settings.attributes].map(([name, value]) => [name.slice(1), value] as const);
  const attributes = [...settings.attributes]
    .map(([name, value]) => (value === "" ? name : `${name}=${value}`))
    .join(",");
  const kept = { readQueueNums, writeQueueNums, perm, topicSysFlag };
  // brokers of 4.x have their order from the name servers alone
  const keptOrder = (await isOfFour(admin, address)) ? {} : { order };
  await change(admin, address, updateAndCreateTopic, {
    header: {
      topic,
      defaultTopic: TEMPLATE_TOPIC,
      ...kept,
      order,
      topicFilterType: "SINGLE_TAG",
      attributes,
    },
    read: () => topicState(admin, address, { topic, attributes: edits.map(([name]) => name) }),
    wanted: {
      ...kept,
      ...keptOrder,
      ...Object.fromEntries(edits.map(([name, value]) => [name, value === "" ? null : value])),
    },
  });
}

/** Where a topic is saved, and who hears of what went wrong on the way. */
export interface SavePlace {
  brokerAddr: string | undefined;
  clusterName: string | undefined;
  /** Hears that a topic had no order configuration before. */
  note: (line: string) => void;
  /** Hears that some brokers did not take it. */
  fail: (thrown: unknown) => void;
  compat: Compat;
}

/**
 * Saves a topic on one broker or on every master of a cluster, and of an ordered topic the order configuration at every
 * name server.
 */
export async function saveTopicEverywhere(
  admin: Admin,
  settings: TopicSettings,
  where: SavePlace,
): Promise<SavedTopic> {
  // older tools sent everything, and brokers of their time took it
  if (!where.compat.isBefore("5.0.0")) checkPerm(settings.perm);
  return where.brokerAddr === undefined
    ? saveInCluster(admin, settings, where)
    : saveOnBroker(admin, settings, { address: where.brokerAddr, note: where.note });
}

/** What a deletion did. */
export interface DeletedTopic {
  /** Addresses of the masters that deleted it. */
  brokers: string[];
  /** Whether the name servers forgot it: not while a broker still has it, which would only tell them again. */
  isForgotten: boolean;
}

/** Upstream's lines for a topic that is gone. */
export function deletedText(topic: string, cluster: string): string {
  const what = `delete topic [${topic}] from`;
  return `${what} cluster [${cluster}] success.\n${what} NameServer success.\n`;
}

/** Deletes a topic from the masters of a cluster, then that cluster's part of it from every name server. */
export async function deleteTopic(
  admin: Admin,
  at: { topic: string; cluster: string },
  fail: (thrown: unknown) => void,
): Promise<DeletedTopic> {
  const { topic, cluster } = at;
  const masters = await clusterMasters(admin, cluster);
  const deleteAt = async ({ address }: Replica): Promise<string> => {
    await change(admin, address, deleteTopicInBroker, {
      header: { topic },
      read: () => topicState(admin, address, { topic }),
      wanted: null,
    });
    return address;
  };
  const brokers = await onEach(masters, deleteAt, { nameOf, fail });
  if (brokers.length < masters.length) return { brokers, isForgotten: false };
  await changeEveryNamesrv(admin, deleteTopicInNamesrv, {
    header: { topic, clusterName: cluster },
    read: (address) => routeState(admin, address, at),
    wanted: null,
  });
  return { brokers, isForgotten: true };
}

/** What one name server knows of a topic in a cluster. */
async function routeState(
  admin: Admin,
  address: string,
  { topic, cluster }: { topic: string; cluster: string },
): Promise<State> {
  try {
    const header = { topic, acceptStandardJsonOnly: true };
    const route = (await admin.broker(address, getRouteinfoByTopic, header)).content();
    const brokers = route.brokerDatas
      .filter((broker) => broker.cluster === cluster)
      .map((broker) => broker.brokerName);
    return brokers.length === 0 ? null : { brokers: brokers.sort() };
  } catch (thrown) {
    if (codeOf(thrown) === ResponseCode.TOPIC_NOT_EXIST) return null;
    throw thrown;
  }
}

async function saveInCluster(
  admin: Admin,
  settings: TopicSettings,
  { clusterName: cluster = "", fail, compat }: SavePlace,
): Promise<SavedTopic> {
  const info = await clusterInfo(admin);
  if (!info.clusterAddrTable.has(cluster)) {
    const end = compat.isBefore("5.0.0") ? "" : "\n";
    throw unknownCluster(cluster, `${topicText(settings, compat)}${end}`);
  }
  const masters = replicasOf(info, cluster).filter((one) => one.brokerId === MASTER_ID);
  const save = async (master: Replica): Promise<Replica> => {
    await saveTopic(admin, master.address, settings);
    return master;
  };
  const saved = await onEach(masters, save, { nameOf, fail });
  const brokers = saved.map((one) => one.address);
  if (!settings.order || saved.length < masters.length) return { brokers, orderConf: undefined };
  const conf = saved.map((one) => `${one.brokerName}:${settings.writeQueueNums}`).join(";");
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

function nameOf({ brokerName, address }: Replica): string {
  return `${brokerName} (${address})`;
}

/** Throws a usage error for bits that no permission has. */
export function checkPerm(perm: number): void {
  if (perm >= 0 && perm <= 7) return;
  throw new CodeError(ResponseCode.NO_PERMISSION, `topicPermission value: ${perm} is invalid.`, {
    kind: "usage",
    hint: "2 is writable, 4 readable, 6 both",
  });
}
