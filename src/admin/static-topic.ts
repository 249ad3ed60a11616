import { RocketmqError } from "../../engine/base/errors.js";
import { getTopicStatsInfo } from "../../engine/protocol/requests/get-topic-stats-info.js";
import { updateAndCreateStaticTopic } from "../../engine/protocol/requests/update-and-create-static-topic.js";
import type { Admin } from "./admin.js";
import { change, PartlyDoneError, type State } from "./change.js";
import { clusterInfo, type ClusterInfo, MASTER_ID } from "./clusters.js";
import { inParallel } from "./parallel.js";
import { checkedQueues } from "./static-topic-checks.js";
import { readMapping, writeMapping } from "./static-topic-file.js";
import {
  type ConfigsByBroker,
  emptyConfig,
  logicalOffset,
  type MappingPlan,
  planGrowth,
  planRemapping,
  roundedUp,
  type StaticConfig,
} from "./static-topic-plan.js";
import { findTopicConfig, type TopicConfigOfBroker } from "./topic-config.js";

/** The topic whose settings a topic is made from that is created by sending to it. */
const TEMPLATE_TOPIC = "TBW102";

/** What is asked for, whatever becomes of the queues. */
export interface StaticTopicChange {
  topic: string;
  /** Names of brokers or of clusters. */
  brokers: string[] | undefined;
  clusters: string[] | undefined;
  /** Holds the mapping to send, in place of one that is made. */
  mapFile: string | undefined;
  /** Lets brokers take a mapping that is older than theirs. */
  force: boolean;
  now: number;
  /** Hears that a broker is not there. */
  fail: (thrown: unknown) => void;
}

/** What was sent; the files are null where none was written. */
export interface StaticTopicOutcome {
  topic: string;
  epoch: number;
  queues: number;
  brokers: string[];
  before: string | null;
  after: string | null;
}

/** Creates a static topic or gives it more queues. Upstream: UpdateStaticTopicSubCommand. */
export async function growStaticTopic(
  admin: Admin,
  wanted: StaticTopicChange & { queues: number },
): Promise<StaticTopicOutcome> {
  const { topic } = wanted;
  const info = await clusterInfo(admin);
  const brokers = targetBrokers(info, wanted);
  if (wanted.mapFile !== undefined)
    return sendFile(admin, info, { ...wanted, file: wanted.mapFile });
  const old = await configsEverywhere(admin, info, topic);
  const plan = planGrowth(old, { ...wanted, brokers });
  return sendPlan(admin, info, { ...wanted, old, plan, brokers });
}

/** Moves the queues of a static topic to other brokers. Upstream: RemappingStaticTopicSubCommand. */
export async function remapStaticTopic(
  admin: Admin,
  wanted: StaticTopicChange,
): Promise<StaticTopicOutcome> {
  const { topic, now } = wanted;
  const info = await clusterInfo(admin);
  const brokers = targetBrokers(info, wanted);
  if (wanted.mapFile !== undefined)
    return sendFile(admin, info, { ...wanted, file: wanted.mapFile });
  const old = await configsEverywhere(admin, info, topic);
  if (old.size === 0) {
    throw new RocketmqError("No topic route to do the remapping", {
      kind: "not-found",
      hint: `no broker has topic ${topic}`,
    });
  }
  const plan = planRemapping(old, { topic, brokers, now });
  return sendPlan(admin, info, { ...wanted, old, plan, brokers });
}

/** Leaves the files behind, as upstream does also where it then finds that a broker is not there; nothing is sent then. */
async function sendPlan(
  admin: Admin,
  info: ClusterInfo,
  work: StaticTopicChange & { old: ConfigsByBroker; plan: MappingPlan; brokers: string[] },
): Promise<StaticTopicOutcome> {
  const { plan, force, fail, topic } = work;
  const files = await writeBoth(admin, work.old, work);
  try {
    for (const broker of work.brokers) masterOf(info, broker);
  } catch (thrown) {
    fail(thrown);
    const queues = totalQueues(plan);
    return { topic, epoch: plan.epoch, queues, brokers: [], ...files };
  }
  return send(admin, info, { plan, files, force });
}

function totalQueues({ configs }: MappingPlan): number {
  return [...configs.values()][0]?.mappingDetail.totalQueues ?? 0;
}

/** Names of the brokers that are asked for. Throws when there are none. */
function targetBrokers(
  info: ClusterInfo,
  { brokers, clusters = [] }: { brokers: string[] | undefined; clusters: string[] | undefined },
): string[] {
  const unknown = clusters.find((one) => !info.clusterAddrTable.has(one));
  const names = brokers ?? clusters.flatMap((one) => info.clusterAddrTable.get(one) ?? []);
  if (unknown !== undefined || names.length === 0) {
    const which = unknown === undefined ? "" : `: the name server knows no cluster ${unknown}`;
    throw new RocketmqError(`Find none brokers, do nothing${which}`, {
      kind: "not-found",
      hint: "mqadmin clusterList shows clusters and brokers",
    });
  }
  return [...new Set(names)].sort();
}

function masterOf(info: ClusterInfo, broker: string): string {
  const address = info.brokerAddrTable.get(broker)?.brokerAddrs.get(MASTER_ID);
  if (address !== undefined) return address;
  throw new RocketmqError(`Can't find addr for broker ${broker}`, {
    kind: "not-found",
    hint: "the name server knows no master of that name: mqadmin clusterList shows them",
  });
}

/** The topic as every master has it that has it. */
async function configsEverywhere(
  admin: Admin,
  info: ClusterInfo,
  topic: string,
): Promise<ConfigsByBroker> {
  const names = [...info.brokerAddrTable.keys()].sort();
  const found = await inParallel(names, async (broker) => {
    const address = info.brokerAddrTable.get(broker)?.brokerAddrs.get(MASTER_ID);
    const config = address && (await findTopicConfig(admin, address, topic));
    return [broker, config === "" ? undefined : config] as const;
  });
  return new Map(found.filter((one): one is [string, TopicConfigOfBroker] => one[1] !== undefined));
}

/** The two files that upstream leaves behind; none in a rehearsal. */
async function writeBoth(
  admin: Admin,
  old: ConfigsByBroker,
  { topic, now, plan }: { topic: string; now: number; plan: MappingPlan },
): Promise<Files> {
  if (admin.rehearsal !== undefined) return { before: null, after: null };
  const epoch = old.size === 0 ? now : checkedQueues(topic, old).epoch;
  const mapping = { topic, type: "CREATE_OR_UPDATE", epoch, mapIn: [], mapOut: [] } as const;
  const before = await writeMapping({ ...mapping, mapIn: [], mapOut: [], configs: old }, "before");
  return { before, after: await writeMapping(plan, "after") };
}

interface Files {
  before: string | null;
  after: string | null;
}

async function sendFile(
  admin: Admin,
  info: ClusterInfo,
  { topic, file, force }: { topic: string; file: string; force: boolean },
): Promise<StaticTopicOutcome> {
  const plan = await readMapping(file, topic);
  return send(admin, info, { plan, files: { before: null, after: null }, force });
}

/**
 * Sends a plan broker by broker, one after the other: who leads a queue next may write before who led it closes, so that
 * there is always one. Upstream: MQAdminUtils.remappingStaticTopic, updateTopicConfigMappingAll.
 */
async function send(
  admin: Admin,
  info: ClusterInfo,
  { plan, files, force }: { plan: MappingPlan; files: Files; force: boolean },
): Promise<StaticTopicOutcome> {
  const { topic, epoch, configs, mapIn, mapOut } = plan;
  const queues = totalQueues(plan);
  const complete = withOthers(info, { plan, queues });
  for (const broker of complete.keys()) masterOf(info, broker);
  const done: string[] = [];
  const save = async (brokers: Iterable<string>): Promise<void> => {
    for (const broker of brokers) {
      const config = complete.get(broker);
      if (config === undefined) continue;
      try {
        await saveStatic(admin, masterOf(info, broker), { config, force });
      } catch (thrown) {
        if (done.length === 0) throw thrown;
        throw new PartlyDoneError(done, [
          `${broker}: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
        ]);
      }
      done.push(broker);
    }
  };
  await save(mapIn);
  await save(mapOut);
  for (const broker of mapOut) await openNewLeaders(admin, info, { topic, configs, broker });
  await save(mapIn);
  await save([...complete.keys()].filter((one) => !mapIn.includes(one) && !mapOut.includes(one)));
  return { topic, epoch, queues, brokers: [...complete.keys()].sort(), ...files };
}

/** Every other broker of the same clusters is told that the topic is a static one. */
function withOthers(
  info: ClusterInfo,
  { plan, queues }: { plan: MappingPlan; queues: number },
): Map<string, StaticConfig> {
  const { topic, epoch, configs } = plan;
  const complete = new Map(configs);
  for (const names of info.clusterAddrTable.values()) {
    if (!names.some((broker) => configs.has(broker))) continue;
    for (const broker of names) {
      if (!complete.has(broker))
        complete.set(broker, emptyConfig(broker, { topic, epoch, queues }));
    }
  }
  return complete;
}

/** Where a queue goes on at its new leader: behind all that the old one may have been given. */
async function openNewLeaders(
  admin: Admin,
  info: ClusterInfo,
  { topic, configs, broker }: { topic: string; configs: Map<string, StaticConfig>; broker: string },
): Promise<void> {
  const stats = await admin.broker(masterOf(info, broker), getTopicStatsInfo, { topic });
  const ends = stats.content().offsetTable;
  for (const [id, items] of configs.get(broker)?.mappingDetail.hostedQueues ?? []) {
    const [oldLeader, newLeader] = items.slice(-2);
    if (oldLeader === undefined || newLeader === undefined || newLeader.logicOffset > 0) continue;
    const end = ends.find(
      ({ queue }) => queue.brokerName === oldLeader.bname && queue.queueId === oldLeader.queueId,
    )?.value.maxOffset;
    if (end === undefined || end < oldLeader.startOffset) {
      throw new RocketmqError(
        `Cannot get the max offset for old leader ${oldLeader.bname}, queue ${oldLeader.queueId}`,
        { kind: "failed" },
      );
    }
    newLeader.logicOffset = roundedUp(logicalOffset(oldLeader, end));
    configs.get(newLeader.bname ?? "")?.mappingDetail.hostedQueues.set(id, items);
  }
}

async function saveStatic(
  admin: Admin,
  address: string,
  { config, force }: { config: StaticConfig; force: boolean },
): Promise<void> {
  const { topicName: topic, readQueueNums, writeQueueNums, perm, topicSysFlag, order } = config;
  const { mappingDetail } = config;
  await change(admin, address, updateAndCreateStaticTopic, {
    header: {
      topic,
      defaultTopic: TEMPLATE_TOPIC,
      readQueueNums,
      writeQueueNums,
      perm,
      topicFilterType: config.topicFilterType,
      topicSysFlag,
      order,
      force,
    },
    options: { content: mappingDetail },
    read: async () => stateOf(await findTopicConfig(admin, address, topic)),
    wanted: stateOf(config),
  });
}

function stateOf(config: TopicConfigOfBroker | undefined): State {
  if (config === undefined) return null;
  const { readQueueNums, writeQueueNums, mappingDetail } = config;
  const hosted = [...(mappingDetail?.hostedQueues ?? [])].sort(([a], [b]) => a - b);
  return {
    readQueueNums,
    writeQueueNums,
    epoch: mappingDetail?.epoch ?? null,
    totalQueues: mappingDetail?.totalQueues ?? null,
    queues: hosted.map(([id, items]) => `${id} at ${items.at(-1)?.bname ?? "nobody"}`),
  };
}
