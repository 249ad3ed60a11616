import { RocketmqError } from "../../engine/base/errors.js";
import type {
  LogicQueueMappingItem,
  TopicQueueMappingDetail,
} from "../../engine/protocol/bodies/topic-queue-mapping.js";
import type { TopicConfigOfBroker } from "./topic-config.js";

/** A queue as clients see it: the broker that leads it, and where its messages were and are, oldest first. */
export interface LogicalQueue {
  broker: string;
  items: LogicQueueMappingItem[];
}

/**
 * The logical queues of a static topic by id. Throws in upstream's words when the brokers do not agree about them: a
 * mapping made from that would lose messages. Upstream: TopicQueueMappingUtils, its check… methods.
 */
export function checkedQueues(
  topic: string,
  configs: ReadonlyMap<string, TopicConfigOfBroker>,
): { logical: Map<number, LogicalQueue>; epoch: number } {
  const details = [...configs].map(([broker, config]) => detailOf(topic, broker, config));
  const epoch = agreed(details, {
    value: (detail) => detail.epoch,
    text: (left, right, at) => `epoch dose not match ${left} != ${right} in ${at}`,
  });
  agreed(details, {
    value: (detail) => detail.scope,
    text: (left, right, at) => `scope dose not match ${right} != ${left} in ${at}`,
  });
  const total = agreed(details, {
    value: (detail) => detail.totalQueues,
    text: (left, right, at) => `total queue number dose not match ${left} != ${right} in ${at}`,
  });
  const logical = logicalQueues(details, total ?? 0);
  checkReuse(topic, logical);
  checkPhysical(configs);
  return { logical, epoch: epoch ?? -1 };
}

function detailOf(
  topic: string,
  broker: string,
  config: TopicConfigOfBroker,
): TopicQueueMappingDetail {
  const detail = config.mappingDetail;
  if (detail === undefined) throw wrong(`Mapping info should not be null in broker ${broker}`);
  if (detail.bname !== broker)
    throw wrong(`The broker name is not equal ${broker} != ${detail.bname} `);
  if (detail.dirty) throw wrong(`The mapping info is dirty in broker  ${broker}`);
  if (config.topicName !== detail.topic)
    throw wrong(`The topic name is inconsistent in broker  ${broker}`);
  if (topic !== detail.topic) throw wrong(`The topic name is not match for broker  ${broker}`);
  return detail;
}

function agreed<V>(
  details: readonly TopicQueueMappingDetail[],
  {
    value,
    text,
  }: {
    value: (detail: TopicQueueMappingDetail) => V;
    text: (left: V, right: V, at: string) => string;
  },
): V | undefined {
  const [first] = details;
  if (first === undefined) return undefined;
  const other = details.find((detail) => value(detail) !== value(first));
  if (other !== undefined) throw wrong(text(value(first), value(other), other.bname ?? ""));
  return value(first);
}

function logicalQueues(
  details: readonly TopicQueueMappingDetail[],
  total: number,
): Map<number, LogicalQueue> {
  const logical = new Map<number, LogicalQueue>();
  for (const { bname = "", hostedQueues } of details) {
    for (const [id, items] of hostedQueues) {
      checkOffsets(items);
      const leader = items.at(-1)?.bname;
      if (leader !== bname) continue;
      if (logical.has(id)) throw wrong(`The queue id is duplicated in broker ${leader} ${bname}`);
      logical.set(id, { broker: bname, items });
    }
  }
  if (logical.size !== total) {
    throw wrong(
      `The total queue number in config dose not match the real hosted queues ${total} != ${logical.size}`,
    );
  }
  for (let id = 0; id < total; id++) {
    if (!logical.has(id)) throw wrong(`The queue number ${id} is not in globalIdMap`);
  }
  return logical;
}

function checkOffsets(items: readonly LogicQueueMappingItem[]): void {
  let next: LogicQueueMappingItem | undefined;
  for (const item of [...items].reverse()) {
    const { startOffset, endOffset, gen, queueId, logicOffset } = item;
    if (startOffset < 0 || gen < 0 || queueId < 0)
      throw wrong("The field is illegal, should not be negative");
    if (next !== undefined && logicOffset < 0)
      throw wrong("The non-latest item has negative logic offset");
    if (next !== undefined && gen >= next.gen)
      throw wrong("The gen dose not increase monotonically");
    if (endOffset !== -1 && endOffset < startOffset)
      throw wrong("The endOffset is smaller than the start offset");
    if (next !== undefined && next.logicOffset !== -1 && logicOffset !== -1) {
      if (logicOffset >= next.logicOffset)
        throw wrong("The base logic offset dose not increase monotonically");
      const last = endOffset >= startOffset ? logicOffset + endOffset - startOffset : logicOffset;
      if (last >= next.logicOffset)
        throw wrong("The max logic offset dose not increase monotonically");
    }
    next = item;
  }
}

function checkReuse(topic: string, logical: ReadonlyMap<number, LogicalQueue>): void {
  const users = new Map<string, number>();
  for (const [id, { items }] of logical) {
    for (const { bname, queueId } of items) {
      const physical = `${bname}-${queueId}`;
      const other = users.get(physical);
      if (other !== undefined) {
        throw wrong(
          `Topic ${topic} global queue id ${id} and ${other} shared the same physical queue ${physical}`,
        );
      }
      users.set(physical, id);
    }
  }
}

function checkPhysical(configs: ReadonlyMap<string, TopicConfigOfBroker>): void {
  for (const { readQueueNums, writeQueueNums, mappingDetail } of configs.values()) {
    if (readQueueNums < writeQueueNums) throw wrong("Read queues is smaller than write queues");
    for (const { startOffset, bname = "", queueId } of [
      ...(mappingDetail?.hostedQueues.values() ?? []),
    ].flat()) {
      if (startOffset !== 0) throw wrong("The start offset dose not begin from 0");
      const broker = configs.get(bname);
      if (broker === undefined) throw wrong("The broker of item dose not exist");
      if (queueId >= broker.writeQueueNums)
        throw wrong("The physical queue id is overflow the write queues");
    }
  }
}

function wrong(message: string): RocketmqError {
  return new RocketmqError(message, { kind: "failed" });
}
