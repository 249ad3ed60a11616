/** What orderly pops took and what of it is acknowledged: consumerOrderInfo.json. Upstream: ConsumerOrderInfoManager. [S-POP-3] */
import type { Clock, Timer } from "../../base/clock.js";
import { prettyFastjson } from "../../protocol/fastjson.js";
import { decodeShape } from "../../protocol/json-body.js";
import { bean, intTable, table } from "../../protocol/shape.js";
import type { JsonConfigFile } from "../json-config-file.js";
import {
  blockedUntil,
  countsAfter,
  nextOffset,
  offsetsOf,
  type OrderInfo,
  orderInfoShape,
} from "./order-info.js";
import { topicMark } from "./pop-names.js";

type OrderTable = Map<string, Map<number, OrderInfo>>;

const fileShape = bean<{ table: OrderTable }>({ table: table(intTable(orderInfoShape)) });

/** Entries that nobody touched for this long are dropped. */
const EXPIRY_MS = 24 * 60 * 60 * 1000;

export interface QueueOfGroup {
  topic: string;
  group: string;
  queueId: number;
}

export interface OrderlyPop extends QueueOfGroup {
  attemptId: string | undefined;
  popTime: number;
  invisibleTime: number;
  queueOffsets: readonly number[];
}

export interface ConsumerOrderInfoOptions {
  file: JsonConfigFile;
  clock: Clock;
  /** Is there still such a queue and group? */
  exists: (queue: QueueOfGroup) => boolean;
  /** A queue that was blocked may be popped again. */
  released: (queue: QueueOfGroup) => void;
}

export class ConsumerOrderInfo {
  private readonly options: ConsumerOrderInfoOptions;
  private readonly infos: OrderTable = new Map();
  private readonly timers = new Map<string, Timer>();
  private isDirty = false;

  constructor(options: ConsumerOrderInfoOptions) {
    this.options = options;
  }

  /** Throws CorruptError when neither file nor backup decodes. */
  load(): void {
    this.options.file.load((text) => {
      this.infos.clear();
      const read = decodeShape("consumerOrderInfo.json", fileShape, text);
      for (const [key, queues] of read.table) this.infos.set(key, queues);
    });
  }

  /** Waits anew for queues that were blocked when the file was written. */
  start(): void {
    for (const [key, queues] of this.infos) {
      const at = key.indexOf("@");
      const [topic, group] = [key.slice(0, at), key.slice(at + 1)];
      for (const queueId of queues.keys()) this.watch({ topic, group, queueId });
    }
  }

  stop(): void {
    for (const timer of this.timers.values()) timer.cancel();
    this.timers.clear();
  }

  /** Writes the file when something changed since the last time. */
  persist(): void {
    if (!this.isDirty) return;
    this.removeStale();
    this.options.file.save(prettyFastjson(fileShape.write({ table: this.infos })));
    this.isDirty = false;
  }

  /** Must this pop get nothing from the queue, as messages of an earlier one are still out? */
  isBlocked(queue: QueueOfGroup, attemptId: string | undefined): boolean {
    const info = this.infoOf(queue);
    if (info === undefined) return false;
    if (info.attemptId !== undefined && info.attemptId === attemptId) return false;
    return blockedUntil(info, this.options.clock.now()) !== undefined;
  }

  /** Notes a pop; returns the entries of orderCountInfo. */
  update(pop: OrderlyPop): string[] {
    const { attemptId, queueOffsets, topic, queueId } = pop;
    const [first = 0] = queueOffsets;
    const counts = countsAfter(this.infoOf(pop), { attemptId, offsets: queueOffsets });
    const key = `${pop.topic}@${pop.group}`;
    const queues = this.infos.get(key) ?? new Map<number, OrderInfo>();
    queues.set(queueId, {
      attemptId,
      commitBits: 0n,
      invisibleTime: pop.invisibleTime,
      lastConsumeTime: this.options.clock.now(),
      offsets: queueOffsets.map((offset, index) => (index === 0 ? offset : offset - first)),
      consumedCounts: counts,
      popTime: pop.popTime,
    });
    this.infos.set(key, queues);
    this.isDirty = true;
    this.watch(pop);
    const mark = topicMark(topic);
    const known = [...(counts ?? [])];
    const least = known.length === queueOffsets.length ? Math.min(...known.map(([, n]) => n)) : 0;
    return [
      ...known.map(([offset, count]) => `${mark} qo${queueId}%${offset} ${count}`),
      `${mark} ${queueId} ${least}`,
    ];
  }

  /** Acknowledges one message: where to commit, "illegal" or "stale" (of an earlier pop: nothing to do). */
  acknowledge(
    queue: QueueOfGroup,
    ack: { queueOffset: number; popTime: number },
  ): number | "illegal" | "stale" {
    const info = this.infoOf(queue);
    if (info === undefined) return ack.queueOffset + 1;
    if (info.offsets.length === 0) return "illegal";
    if (info.popTime !== ack.popTime) return "stale";
    const index = offsetsOf(info).indexOf(ack.queueOffset);
    if (index < 0) return "illegal";
    info.commitBits |= 1n << BigInt(index);
    this.isDirty = true;
    this.watch(queue);
    return nextOffset(info);
  }

  setNextVisibleTime(
    queue: QueueOfGroup,
    change: { queueOffset: number; popTime: number; visibleTime: number },
  ): void {
    const info = this.infoOf(queue);
    if (info?.popTime !== change.popTime) return;
    info.nextVisibleTimes ??= new Map();
    info.nextVisibleTimes.set(change.queueOffset, change.visibleTime);
    this.isDirty = true;
    this.watch(queue);
  }

  /** Forgets a queue, after a reset of its offset. */
  clear({ topic, group, queueId }: QueueOfGroup): void {
    if (this.infos.get(`${topic}@${group}`)?.delete(queueId)) this.isDirty = true;
  }

  private infoOf({ topic, group, queueId }: QueueOfGroup): OrderInfo | undefined {
    return this.infos.get(`${topic}@${group}`)?.get(queueId);
  }

  /** Tells when the queue is free again. Upstream: ConsumerOrderInfoLockManager. */
  private watch({ topic, group, queueId }: QueueOfGroup): void {
    const { clock } = this.options;
    const queue = { topic, group, queueId };
    const key = `${topic}@${group}@${queueId}`;
    this.timers.get(key)?.cancel();
    this.timers.delete(key);
    const info = this.infoOf(queue);
    const until = info === undefined ? undefined : blockedUntil(info, clock.now());
    if (until === undefined) return;
    const timer = clock.after(until - clock.now(), () => {
      this.timers.delete(key);
      this.options.released(queue);
    });
    this.timers.set(key, timer);
  }

  private removeStale(): void {
    const oldest = this.options.clock.now() - EXPIRY_MS;
    for (const [key, queues] of this.infos) {
      const at = key.indexOf("@");
      const [topic, group] = [key.slice(0, at), key.slice(at + 1)];
      for (const [queueId, info] of queues) {
        const isKept = info.lastConsumeTime >= oldest;
        if (!isKept || !this.options.exists({ topic, group, queueId })) queues.delete(queueId);
      }
      if (queues.size === 0) this.infos.delete(key);
    }
  }
}
