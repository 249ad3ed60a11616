/**
 * Brings messages back that were popped and not acknowledged in time. Upstream: PopReviveService (5.3.3). [S-POP-2]
 *
 * Each queue of the revive topic is read once, in order; what it says is kept in memory until it is settled: a check point
 * by its acknowledgements, or by putting its other messages into the pop retry topic when their time is over. The offset
 * committed for REVIVE_GROUP is that of the last record before the first open check point, so that a restart reads again
 * just what was open (upstream reads on from the offset behind the committed one, too).
 */
import { messageOf } from "../../base/errors.js";
import type { Timer } from "../../base/clock.js";
import { decodeRecords } from "../../message/decode.js";
import type { Message } from "../../message/message.js";
import type { BrokerContext } from "../broker-context.js";
import {
  ackRecordBody,
  batchAckRecordBody,
  type CheckPoint,
  checkPointBody,
  mergeKey,
  messageOffsets,
  reviveTimeOf,
} from "./check-point.js";
import {
  normalTopic,
  REVIVE_GROUP,
  REVIVE_READ_GROUP,
  ReviveTag,
  reviveTopic,
} from "./pop-names.js";
import { putBack } from "./put-back.js";

/** An acknowledgement that a 5.3.3 broker had given to its timer comes up to this much after the check point's time. */
const GRACE_MS = 2000;
/** Acknowledgements kept for check points that may still come, by revive queue. */
const MOST_EARLY = 4096;
/** Most records decoded at once. */
const READ_COUNT = 512;
/** Messages of one revive queue that are put back at a time. */
const MOST_PER_ROUND = 1000;
/** Seconds until a message that could not be put back is tried again. */
const BACK_OFF_S = [
  10, 20, 30, 60, 120, 180, 240, 300, 360, 420, 480, 540, 600, 1200, 1800, 3600, 7200,
];

interface Open {
  point: CheckPoint;
  /** Offset of the check point in the revive queue. */
  reviveOffset: number;
  /** Queue offsets of messages that are not acknowledged. */
  waiting: Set<number>;
  dueMs: number;
  attempts: number;
  isRunning: boolean;
  /** It was there when the broker started: a message may have been put back before. */
  isRecovered: boolean;
}

interface ReviveQueue {
  queueId: number;
  readOffset: number;
  open: Map<string, Open>;
  /** Acknowledgements whose check point was not met: settled, or still on its way in the timer of a store of upstream's. */
  early: Map<string, Set<number>>;
}

export class PopRevive {
  private readonly context: BrokerContext;
  private queues: ReviveQueue[] = [];
  private timer: Timer | undefined;
  private isStarted = false;
  private isRecovering = false;

  constructor(context: BrokerContext) {
    this.context = context;
  }

  /** Reads what was open when the broker ended; before the first pop is served. */
  recover(): void {
    const { config, offsets, store } = this.context;
    const topic = reviveTopic(config);
    this.isRecovering = true;
    this.queues = Array.from({ length: config.reviveQueueNum }, (_, queueId) => {
      const committed = offsets.get(REVIVE_GROUP, topic, queueId);
      const readOffset = Math.max(committed + 1, store.minOffset(topic, queueId));
      return { queueId, readOffset, open: new Map(), early: new Map() };
    });
    for (const queue of this.queues) this.read(queue);
    this.isRecovering = false;
  }

  start(): void {
    const topic = reviveTopic(this.context.config);
    this.context.store.onArrival((arrival) => {
      if (arrival.topic === topic) this.arm();
    });
    this.isStarted = true;
    this.arm();
  }

  stop(): void {
    this.isStarted = false;
    this.timer?.cancel();
    this.timer = undefined;
    for (const queue of this.queues) this.commit(queue);
  }

  /** Looks again after the interval, as long as anything is open. */
  private arm(): void {
    if (!this.isStarted || this.timer !== undefined) return;
    const { clock, config, logger } = this.context;
    this.timer = clock.after(config.reviveInterval, () => {
      this.timer = undefined;
      try {
        this.round();
      } catch (error) {
        logger.error("revival of popped messages failed", { error: messageOf(error) });
        this.arm();
      }
    });
  }

  private round(): void {
    if (!this.isStarted) return;
    for (const queue of this.queues) {
      this.read(queue);
      this.reviveDue(queue);
      this.commit(queue);
      if (queue.open.size > 0) this.arm();
    }
  }

  private read(queue: ReviveQueue): void {
    const { config, store } = this.context;
    const topic = reviveTopic(config);
    for (;;) {
      const { queueId, readOffset: queueOffset } = queue;
      const got = store.get({ topic, queueId, queueOffset, maxCount: READ_COUNT });
      if (got.status !== "FOUND") {
        // records that retention took away, or a queue that was cut back
        if (got.status.startsWith("OFFSET_OVERFLOW") || got.status === "NO_MESSAGE_IN_QUEUE")
          return;
        if (got.nextBeginOffset <= queueOffset) return;
        queue.readOffset = got.nextBeginOffset;
        continue;
      }
      for (const slice of got.records) {
        for (const message of decodeRecords(slice)) this.take(queue, message);
      }
      queue.readOffset = got.nextBeginOffset;
    }
  }

  private take(queue: ReviveQueue, message: Message): void {
    try {
      if (message.tags === ReviveTag.CHECK_POINT) this.takeCheckPoint(queue, message);
      else if (message.tags === ReviveTag.ACK) {
        const ack = ackRecordBody.decode(message.body);
        this.acknowledge(queue, ack, [ack.ackOffset]);
      } else if (message.tags === ReviveTag.BATCH_ACK) {
        const ack = batchAckRecordBody.decode(message.body);
        this.acknowledge(queue, ack, ack.ackOffsets);
      }
    } catch (error) {
      const { queueId } = queue;
      const { queueOffset } = message;
      const fields = { queueId, queueOffset, error: messageOf(error) };
      this.context.logger.error("a record of the revive topic does not decode", fields);
    }
  }

  private takeCheckPoint(queue: ReviveQueue, message: Message): void {
    const point = checkPointBody.decode(message.body);
    if (point.topic === "" || point.consumerGroup === "") return;
    if (this.isRecovering) catchUp(this.context, point, { queue, at: message.queueOffset });
    const waiting = new Set(messageOffsets(point).filter((_, index) => !isBitSet(point, index)));
    const key = this.keyOf(point);
    for (const queueOffset of queue.early.get(key) ?? []) waiting.delete(queueOffset);
    queue.early.delete(key);
    if (waiting.size === 0) return;
    // behind those that came before it
    queue.open.delete(key);
    queue.open.set(key, {
      point,
      reviveOffset: message.queueOffset,
      waiting,
      dueMs: reviveTimeOf(point) + GRACE_MS,
      attempts: 0,
      isRunning: false,
      isRecovered: this.isRecovering,
    });
  }

  private acknowledge(
    queue: ReviveQueue,
    ack: Parameters<typeof mergeKey>[0],
    queueOffsets: readonly number[],
  ): void {
    const key = this.keyOf(ack);
    const open = queue.open.get(key);
    if (open === undefined) {
      keepEarly(queue.early, key, queueOffsets);
      return;
    }
    for (const queueOffset of queueOffsets) open.waiting.delete(queueOffset);
    if (open.waiting.size === 0 && !open.isRunning) queue.open.delete(key);
  }

  private keyOf(record: Parameters<typeof mergeKey>[0]): string {
    const { brokerName } = record;
    return mergeKey(
      brokerName === "" ? { ...record, brokerName: this.context.config.brokerName } : record,
    );
  }

  private reviveDue(queue: ReviveQueue): void {
    const now = this.context.clock.now();
    let room = MOST_PER_ROUND;
    for (const [key, open] of queue.open) {
      if (room <= 0) return;
      if (open.isRunning || now <= open.dueMs) continue;
      room -= open.waiting.size;
      if (!this.isServed(open.point)) queue.open.delete(key);
      else void this.revive(queue, key, open);
    }
  }

  /** A topic or group that was deleted gets nothing back. */
  private isServed({ topic, consumerGroup }: CheckPoint): boolean {
    const { topics, groups } = this.context;
    return topics.get(normalTopic(topic, consumerGroup)) !== undefined && groups.has(consumerGroup);
  }

  private async revive(queue: ReviveQueue, key: string, open: Open): Promise<void> {
    open.isRunning = true;
    const { point, isRecovered } = open;
    const offsets = [...open.waiting];
    const outcomes = await Promise.all(
      offsets.map((offset) => putBack(this.context, point, { offset, isRecovered })),
    );
    outcomes.forEach((isDone, index) => {
      if (isDone) open.waiting.delete(offsets[index] ?? -1);
    });
    open.isRunning = false;
    if (open.waiting.size === 0) {
      if (queue.open.get(key) === open) queue.open.delete(key);
    } else {
      const seconds = BACK_OFF_S[Math.min(open.attempts++, BACK_OFF_S.length - 1)] ?? 0;
      open.dueMs = this.context.clock.now() + seconds * 1000;
    }
    this.arm();
  }

  private commit(queue: ReviveQueue): void {
    const { config, offsets } = this.context;
    const topic = reviveTopic(config);
    let first = queue.readOffset;
    for (const { reviveOffset } of queue.open.values()) first = Math.min(first, reviveOffset);
    if (first - 1 > offsets.get(REVIVE_GROUP, topic, queue.queueId)) {
      offsets.commit(REVIVE_GROUP, topic, queue.queueId, first - 1);
    }
    if (queue.readOffset > offsets.get(REVIVE_READ_GROUP, topic, queue.queueId)) {
      offsets.commit(REVIVE_READ_GROUP, topic, queue.queueId, queue.readOffset);
    }
  }
}

/**
 * Offsets are written every few seconds only: after a crash the check points that came since the last time tell how far the
 * group had popped, so that what is acknowledged does not come again. Upstream pops from the older offset.
 */
function catchUp(
  { config, offsets, store }: BrokerContext,
  point: CheckPoint,
  { queue, at }: { queue: ReviveQueue; at: number },
): void {
  const { topic, consumerGroup: group, queueId, popTime } = point;
  if (at < offsets.get(REVIVE_READ_GROUP, reviveTopic(config), queue.queueId)) return;
  const last = messageOffsets(point).at(-1);
  if (last === undefined || last < offsets.get(group, topic, queueId)) return;
  const storeTime = store.storeTimeAt(topic, queueId, last);
  // a topic of the same name that was made anew
  if (storeTime < 0 || storeTime > popTime) return;
  offsets.commit(group, topic, queueId, last + 1);
}

function keepEarly(
  early: ReviveQueue["early"],
  key: string,
  queueOffsets: readonly number[],
): void {
  early.set(key, new Set([...(early.get(key) ?? []), ...queueOffsets]));
  if (early.size <= MOST_EARLY) return;
  for (const oldest of early.keys()) {
    early.delete(oldest);
    return;
  }
}

function isBitSet({ bitMap }: CheckPoint, index: number): boolean {
  return index < 32 && ((bitMap >>> index) & 1) === 1;
}
