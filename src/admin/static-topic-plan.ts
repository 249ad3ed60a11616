import { RocketmqError } from "../../engine/base/errors.js";
import type {
  LogicQueueMappingItem,
  TopicQueueMappingDetail,
} from "../../engine/protocol/bodies/topic-queue-mapping.js";
import { checkedQueues, type LogicalQueue } from "./static-topic-checks.js";
import { compareTexts } from "./queues.js";
import type { TopicConfigOfBroker } from "./topic-config.js";

/** A topic on one broker, with the mapping that makes it a static one. */
export interface StaticConfig extends TopicConfigOfBroker {
  mappingDetail: TopicQueueMappingDetail;
}

export type ConfigsByBroker = ReadonlyMap<string, TopicConfigOfBroker>;

/** A new mapping: what each broker is to hold, and who takes queues from whom. Upstream: TopicRemappingDetailWrapper. */
export interface MappingPlan {
  topic: string;
  type: "CREATE_OR_UPDATE" | "REMAPPING";
  epoch: number;
  configs: Map<string, StaticConfig>;
  mapIn: string[];
  mapOut: string[];
}

/** An epoch is a time, and at least this much above the one before. */
const EPOCH_STEP_MS = 1000;
const SCOPE = "__global__";
const READ_WRITE = 6;

/** Moves a queue's first logical offset behind the last one it may have had. Upstream: blockSeqRoundUp. */
export function roundedUp(offset: number, block = 10_000): number {
  const blocks = Math.floor(offset / block);
  return (blocks + (offset % block < block / 2 ? 1 : 2)) * block;
}

/** The logical offset of a queue's physical one. Upstream: computeStaticQueueOffsetStrictly. */
export function logicalOffset(item: LogicQueueMappingItem, physical: number): number {
  const { logicOffset, startOffset, endOffset } = item;
  if (physical < startOffset) return logicOffset;
  const last = endOffset >= startOffset && endOffset < physical ? endOffset : physical;
  return logicOffset + last - startOffset;
}

/**
 * Plans a static topic with so many queues, new or grown: those there stay, new ones go to the brokers that lead the
 * fewest. Upstream: createTopicConfigMapping, which draws lots between equals.
 */
export function planGrowth(
  old: ConfigsByBroker,
  wanted: { topic: string; queues: number; brokers: Iterable<string>; now: number },
): MappingPlan {
  const { topic, queues, now } = wanted;
  const { configs, logical, epoch: oldEpoch } = opened(old, { topic, fallbackEpoch: now });
  if (queues < logical.size) {
    throw failed(`Cannot decrease the queue num for static topic ${queues} < ${logical.size}`);
  }
  if (queues === logical.size) {
    throw failed("The topic queue num is equal the existed queue num, do nothing");
  }
  const led = new Map([...wanted.brokers, ...old.keys()].map((broker) => [broker, 0]));
  for (const { broker } of logical.values()) led.set(broker, (led.get(broker) ?? 0) + 1);
  const epoch = Math.max(oldEpoch + EPOCH_STEP_MS, now);
  for (let id = logical.size; id < queues; id++) {
    const broker = leastLoaded(led);
    led.set(broker, (led.get(broker) ?? 0) + 1);
    const queueId = addPhysicalQueue(configs, { topic, broker });
    const item = { ...newItem(broker, queueId), gen: 0, logicOffset: 0 };
    configs.get(broker)?.mappingDetail.hostedQueues.set(id, [item]);
  }
  stamp(configs, { epoch, queues });
  checkedQueues(topic, configs);
  return { topic, type: "CREATE_OR_UPDATE", epoch, configs, mapIn: [], mapOut: [] };
}

/**
 * Plans to spread the queues of a static topic evenly over other brokers, moving as few as possible; a broker gives or
 * takes, never both. Upstream: TopicQueueMappingUtils.remappingStaticTopic.
 */
export function planRemapping(
  old: ConfigsByBroker,
  wanted: { topic: string; brokers: readonly string[]; now: number },
): MappingPlan {
  const { topic, now } = wanted;
  const { configs, logical, epoch: oldEpoch } = opened(old, { topic, fallbackEpoch: now });
  const epoch = Math.max(oldEpoch + EPOCH_STEP_MS, now);
  const mapIn = new Set<string>();
  const mapOut = new Set<string>();
  for (const { id, broker } of moves(logical, wanted.brokers)) {
    const from = logical.get(id);
    if (from === undefined) continue;
    const queueId = addPhysicalQueue(configs, { topic, broker });
    const gen = (from.items.at(-1)?.gen ?? 0) + 1;
    const items = [...from.items, { ...newItem(broker, queueId), gen, logicOffset: -1 }];
    for (const one of [broker, from.broker])
      configs.get(one)?.mappingDetail.hostedQueues.set(id, items);
    mapIn.add(broker);
    mapOut.add(from.broker);
  }
  stamp(configs, { epoch, queues: logical.size });
  const stray = [...checkedQueues(topic, configs).logical.values()].find(
    ({ broker }) => !wanted.brokers.includes(broker),
  );
  if (stray !== undefined) throw failed("The leader broker does not in target broker");
  return { topic, type: "REMAPPING", epoch, configs, mapIn: [...mapIn], mapOut: [...mapOut] };
}

/** What a broker holds that has no queue of the topic, so that it knows the topic is a static one. */
export function emptyConfig(
  broker: string,
  mapping: { topic: string; epoch: number; queues: number },
): StaticConfig {
  const { topic, epoch, queues } = mapping;
  return {
    topicName: topic,
    readQueueNums: 0,
    writeQueueNums: 0,
    perm: READ_WRITE,
    topicFilterType: "SINGLE_TAG",
    topicSysFlag: 0,
    order: false,
    attributes: {},
    mappingDetail: {
      bname: broker,
      currIdMap: new Map(),
      dirty: false,
      epoch,
      hostedQueues: new Map(),
      scope: SCOPE,
      topic,
      totalQueues: queues,
    },
  };
}

/** A checked copy of what is there, to be changed. */
function opened(
  old: ConfigsByBroker,
  { topic, fallbackEpoch }: { topic: string; fallbackEpoch: number },
): { configs: Map<string, StaticConfig>; logical: Map<number, LogicalQueue>; epoch: number } {
  if (old.size === 0) return { configs: new Map(), logical: new Map(), epoch: fallbackEpoch };
  const { logical, epoch } = checkedQueues(topic, old);
  const copies = [...old].map(([broker, config]) => {
    const mappingDetail = config.mappingDetail as TopicQueueMappingDetail;
    const hostedQueues = new Map(mappingDetail.hostedQueues);
    return [broker, { ...config, mappingDetail: { ...mappingDetail, hostedQueues } }] as const;
  });
  return { configs: new Map(copies), logical, epoch };
}

/** Which queues go where so that each broker leads its even share; those that lead more now are given what is left over. */
function moves(
  logical: ReadonlyMap<number, LogicalQueue>,
  brokers: readonly string[],
): { id: number; broker: string }[] {
  const before = new Map<string, number>();
  for (const { broker } of logical.values()) before.set(broker, (before.get(broker) ?? 0) + 1);
  const share = new Map([...new Set(brokers)].map((broker) => [broker, 0]));
  for (let count = 0; count < logical.size; count++) {
    const broker = leastLoaded(share, before);
    share.set(broker, (share.get(broker) ?? 0) + 1);
  }
  const moving: number[] = [];
  for (const [id, { broker }] of [...logical].sort(([a], [b]) => a - b)) {
    const left = share.get(broker) ?? 0;
    if (left > 0) share.set(broker, left - 1);
    else moving.push(id);
  }
  return [...share].flatMap(([broker, count]) =>
    moving.splice(0, count).map((id) => ({ id, broker })),
  );
}

/** The broker with the fewest queues; among equals the one that had the most before, then the first by name. */
function leastLoaded(
  counts: ReadonlyMap<string, number>,
  before: ReadonlyMap<string, number> = new Map(),
): string {
  const [first] = [...counts].sort(
    ([a, left], [b, right]) =>
      left - right || (before.get(b) ?? 0) - (before.get(a) ?? 0) || compareTexts(a, b),
  );
  if (first === undefined) throw failed("Find none brokers, do nothing");
  return first[0];
}

/** One more queue of the topic on a broker; its id. */
function addPhysicalQueue(
  configs: Map<string, StaticConfig>,
  { topic, broker }: { topic: string; broker: string },
): number {
  const config = configs.get(broker) ?? emptyConfig(broker, { topic, epoch: 0, queues: 0 });
  configs.set(broker, {
    ...config,
    readQueueNums: config.readQueueNums + 1,
    writeQueueNums: config.writeQueueNums + 1,
  });
  return config.writeQueueNums;
}

function newItem(
  bname: string,
  queueId: number,
): Omit<LogicQueueMappingItem, "gen" | "logicOffset"> {
  return { bname, queueId, startOffset: 0, endOffset: -1, timeOfStart: -1, timeOfEnd: -1 };
}

function stamp(
  configs: ReadonlyMap<string, StaticConfig>,
  { epoch, queues }: { epoch: number; queues: number },
): void {
  for (const { mappingDetail } of configs.values()) {
    mappingDetail.epoch = epoch;
    mappingDetail.totalQueues = queues;
  }
}

function failed(message: string): RocketmqError {
  return new RocketmqError(message, { kind: "failed" });
}
