/** Delivery of one delay level. Upstream: ScheduleMessageService.DeliverDelayedMessageTimerTask. */
import type { Clock, Timer } from "../../base/clock.js";
import { messageOf } from "../../base/errors.js";
import type { Logger } from "../../base/log.js";
import { decodeRecord } from "../../message/decode.js";
import { SystemTopic } from "../../message/topic-names.js";
import type { MessageStore, MessageToStore, PutResult, QueueEntry } from "../../store/store-api.js";
import type { DelayOffsets } from "./delay-offset.js";
import { isDelivered, messageTimeUp } from "./due-message.js";

/** Messages and bytes that one turn of the event loop delivers at most. */
const BATCH_COUNT = 200;
const BATCH_BYTES = 4 << 20;
const RETRY_MS = 100;
/** Longer waits are taken in parts: timers of Node do not reach beyond 24 days. */
const LONGEST_WAIT_MS = 3_600_000;

export interface DelayLevelOptions {
  store: MessageStore;
  clock: Clock;
  logger: Logger;
  offsets: DelayOffsets;
  /** Milliseconds of a level. */
  delayMs: (level: number) => number;
  /** What was due before this time may have been delivered before a crash (ms since the epoch). */
  recheckBefore: number;
  delivered: (level: number, message: MessageToStore, result: PutResult) => void;
}

interface Due {
  queueOffset: number;
  message: MessageToStore;
}

export class DelayLevelQueue {
  private readonly level: number;
  private readonly options: DelayLevelOptions;
  private timer: Timer | undefined;
  /** When the timer runs out. */
  private timerMs = 0;
  /** Puts that are not answered yet. */
  private underWay = 0;
  private failed: Due[] = [];
  private nextOffset: number;
  private isStopped = false;
  private onIdle: (() => void) | undefined;

  constructor(level: number, options: DelayLevelOptions) {
    this.level = level;
    this.options = options;
    this.nextOffset = options.offsets.get(level);
  }

  /** A message came in; it is looked at no later than it is due, even behind others that were to wait longer. */
  wake(deliverTimestamp: number): void {
    if (this.underWay > 0 || this.failed.length > 0 || this.isStopped) return;
    const dueMs = this.corrected(deliverTimestamp);
    if (this.timer === undefined || dueMs < this.timerMs) this.waitUntil(dueMs);
    // a level that something waits in has progress to show, as upstream's
    this.options.offsets.set(this.level, this.nextOffset);
  }

  /** Delivers what is due, then waits for the next that is not. */
  run(): void {
    this.timer = undefined;
    if (this.isStopped || this.underWay > 0) return;
    try {
      const batch = this.failed.length > 0 ? this.failed.splice(0) : this.readDue();
      if (batch.length > 0) this.put(batch);
      else this.options.offsets.set(this.level, this.nextOffset);
    } catch (error) {
      const { level, nextOffset: queueOffset } = this;
      const text = messageOf(error);
      this.options.logger.error("delayed messages were not read", {
        level,
        queueOffset,
        error: text,
      });
      if (this.underWay === 0) this.waitFor(RETRY_MS);
    }
  }

  /** Resolves when no put is under way any more. */
  stop(): Promise<void> {
    this.isStopped = true;
    this.timer?.cancel();
    this.timer = undefined;
    if (this.underWay === 0) return Promise.resolve();
    return new Promise((resolve) => (this.onIdle = resolve));
  }

  /** Moves on over what is due; sets the timer when the next entry is not. */
  private readDue(): Due[] {
    const { store, clock } = this.options;
    const queueId = this.level - 1;
    this.nextOffset = Math.max(this.nextOffset, store.minOffset(SystemTopic.SCHEDULE, queueId));
    const due: Due[] = [];
    for (let looked = 0, bytes = 0; looked < BATCH_COUNT && bytes < BATCH_BYTES; looked++) {
      const entry = store.entry(SystemTopic.SCHEDULE, queueId, this.nextOffset);
      if (entry === undefined) return due;
      const deliverTimestamp = this.corrected(entry.tagsCode);
      if (deliverTimestamp > clock.now()) {
        if (due.length === 0) this.waitUntil(deliverTimestamp);
        return due;
      }
      const message = this.messageAt(entry);
      if (message !== undefined) due.push({ queueOffset: entry.queueOffset, message });
      this.nextOffset++;
      bytes += entry.size;
    }
    // All of it was skipped: the rest in the next turn.
    if (due.length === 0) this.waitFor(0);
    return due;
  }

  private messageAt(entry: QueueEntry): MessageToStore | undefined {
    const { store, logger, recheckBefore } = this.options;
    const bytes = store.record(entry.physicalOffset);
    const record = bytes === undefined ? undefined : decodeRecord(bytes);
    const message = record && messageTimeUp(record);
    const { level } = this;
    if (record === undefined || message === undefined) {
      logger.error("a delayed message cannot be delivered", {
        level,
        queueOffset: entry.queueOffset,
      });
      return undefined;
    }
    if (entry.tagsCode <= recheckBefore && isDelivered(store, record, message)) return undefined;
    return message;
  }

  private put(batch: readonly Due[]): void {
    const { store, delivered } = this.options;
    this.underWay = batch.length;
    for (const one of batch) {
      store.put(one.message, (result) => {
        if (result.status === "PUT_OK") delivered(this.level, one.message, result);
        else this.failed.push(one);
        if (--this.underWay === 0) this.finished(result.status);
      });
    }
  }

  private finished(status: string): void {
    const { offsets, logger } = this.options;
    const { level } = this;
    const first = this.failed[0];
    offsets.set(level, first?.queueOffset ?? this.nextOffset);
    this.onIdle?.();
    if (this.isStopped) return;
    if (first === undefined) return this.run();
    logger.warn("delayed messages could not be delivered", {
      level,
      count: this.failed.length,
      status,
    });
    this.waitFor(RETRY_MS);
  }

  /** A time further away than the level's delay comes from a clock that was set back. */
  private corrected(deliverTimestamp: number): number {
    const now = this.options.clock.now();
    return deliverTimestamp > now + this.options.delayMs(this.level) ? now : deliverTimestamp;
  }

  private waitUntil(timestamp: number): void {
    this.waitFor(Math.max(0, timestamp - this.options.clock.now()));
  }

  private waitFor(ms: number): void {
    this.timer?.cancel();
    this.timerMs = this.options.clock.now() + ms;
    this.timer = this.options.clock.after(Math.min(ms, LONGEST_WAIT_MS), () => this.run());
  }
}
