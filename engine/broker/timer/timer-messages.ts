/**
 * Messages with a delivery time of their own wait in rmq_sys_wheel_timer and, from there, on a wheel of one slot for each
 * second. Upstream: TimerMessageStore (spec: store 10.4).
 */
import type { Clock, Timer } from "../../base/clock.js";
import { messageOf } from "../../base/errors.js";
import type { Files } from "../../base/files.js";
import type { Logger } from "../../base/log.js";
import type { Service } from "../../base/service.js";
import { SystemTopic } from "../../message/topic-names.js";
import type { TimerCheckpoint } from "../../protocol/bodies/timer-bodies.js";
import { OpenFiles } from "../../store/segment/open-files.js";
import type { MessageStore } from "../../store/store-api.js";
import { TimerCheckpointFile } from "../../store/timer/timer-checkpoint.js";
import { TimerLog, type TimerUnit } from "../../store/timer/timer-log.js";
import { TimerWheel } from "../../store/timer/timer-wheel.js";
import type { BrokerConfig } from "../config/broker-config.js";
import { stepDataVersion } from "../data-versions.js";
import type { JsonConfigFile } from "../json-config-file.js";
import type { BrokerStats } from "../stats/broker-stats.js";
import { EventRate } from "./event-rate.js";
import { TimerDelivery } from "./timer-delivery.js";
import { TimerDequeue } from "./timer-dequeue.js";
import { TimerEnqueue } from "./timer-enqueue.js";
import { TimerMetricsTable } from "./timer-metrics.js";
import { skipEmptySlots, timerRecord, type TimerState } from "./timer-state.js";

/** Slots older than this may have been used again: the wheel spans 14 days, messages are put up to 2 ahead. */
const OLDEST_SLOT_MS = 11 * 24 * 3_600_000;

export interface TimerMessagesOptions {
  config: BrokerConfig;
  clock: Clock;
  logger: Logger;
  files: Files;
  store: MessageStore;
  stats: BrokerStats;
  /** config/timermetrics. */
  file: JsonConfigFile;
}

export class TimerMessages implements Service {
  readonly metrics: TimerMetricsTable;
  private readonly options: TimerMessagesOptions;
  private readonly open: OpenFiles;
  private readonly checkpoint: TimerCheckpointFile;
  private readonly state: TimerState;
  private readonly delivery: TimerDelivery;
  private readonly enqueue: TimerEnqueue;
  private readonly dequeue: TimerDequeue;
  private flushTimer: Timer | undefined;
  private flushing: Promise<void> | undefined;

  constructor(options: TimerMessagesOptions) {
    const { config, clock, files, file, store } = options;
    const root = config.storePathRootDir;
    this.options = options;
    this.open = new OpenFiles(files);
    this.checkpoint = new TimerCheckpointFile(this.open, root);
    this.metrics = new TimerMetricsTable(file, clock);
    this.state = {
      ...options,
      wheel: new TimerWheel(this.open, root, config.timerPrecisionMs),
      log: new TimerLog(this.open, root, config.mappedFileSizeTimerLog),
      metrics: this.metrics,
      enqueued: new EventRate(clock),
      dequeued: new EventRate(clock),
      precisionMs: config.timerPrecisionMs,
      readTimeMs: 0,
      queueOffset: 0,
      startedMs: 0,
      isStopped: true,
      changed: () => this.flushSoon(),
    };
    this.delivery = new TimerDelivery(this.state);
    this.dequeue = new TimerDequeue(this.state, this.delivery, () => this.slotEmptied());
    this.enqueue = new TimerEnqueue(this.state, this.delivery, (dueMs) =>
      this.dequeue.expect(dueMs),
    );
    store.onArrival(({ topic }) => {
      if (topic === SystemTopic.WHEEL_TIMER) this.enqueue.wake();
    });
  }

  /** After the store. A slave keeps nothing. */
  start(): void {
    const { config, clock } = this.options;
    if (!config.timerWheelEnable || config.brokerRole === "SLAVE") return;
    try {
      this.recover();
    } catch (error) {
      this.open.closeAll();
      throw error;
    }
    this.state.startedMs = clock.now();
    this.state.isStopped = false;
    this.dequeue.start();
    this.enqueue.start();
  }

  async stop(): Promise<void> {
    if (this.state.isStopped) return;
    this.state.isStopped = true;
    this.enqueue.stop();
    this.dequeue.stop();
    this.delivery.stop();
    this.flushTimer?.cancel();
    await this.flushing;
    await this.flush();
    this.open.closeAll();
  }

  /** Has the slot of this moment so many messages that no more are taken? Upstream: isReject. */
  isReject(outMs: number): boolean {
    if (this.state.isStopped) return false;
    const limit = this.options.config.timerCongestNumEachSlot;
    const num = this.state.wheel.slot(outMs)?.num ?? 0;
    if (num <= limit) return false;
    return num >= limit * 2 || Math.random() > (num - limit) / (limit + 0.1);
  }

  /** Undefined when the wheel is not in use. */
  checkpointNow(): TimerCheckpoint | undefined {
    if (this.state.isStopped) return undefined;
    this.prepareCheckpoint(this.state.queueOffset);
    return this.checkpoint.values;
  }

  get isRunning(): boolean {
    return !this.state.isStopped;
  }

  runtimeInfo(): Record<string, string> {
    const { state } = this;
    if (state.isStopped) return NOT_RUNNING;
    skipEmptySlots(state);
    const stored = state.store.maxOffset(SystemTopic.WHEEL_TIMER, 0);
    return {
      timerReadBehind: String(Math.floor((state.clock.now() - state.readTimeMs) / 1000)),
      timerOffsetBehind: String(stored - state.queueOffset),
      timerCongestNum: String(state.wheel.allNum),
      timerEnqueueTps: state.enqueued.perSecond.toFixed(1),
      timerDequeueTps: state.dequeued.perSecond.toFixed(1),
    };
  }

  private recover(): void {
    const { state, checkpoint } = this;
    const { store, wheel, log, clock } = state;
    checkpoint.load();
    this.metrics.load();
    const { lastReadTime, lastTimerLogFlushPos, lastTimerQueueOffset } = checkpoint.values;
    const now = Math.floor(clock.now() / state.precisionMs) * state.precisionMs;
    state.readTimeMs = Math.max(lastReadTime, now - OLDEST_SLOT_MS);
    wheel.load(state.readTimeMs);
    const last = log.load(lastTimerLogFlushPos, (unit, position) => this.relink(unit, position));
    this.repairSlots();
    const taken = (last && timerRecord(state, last)?.queueOffset) ?? -1;
    const least = store.minOffset(SystemTopic.WHEEL_TIMER, 0);
    const most = store.maxOffset(SystemTopic.WHEEL_TIMER, 0);
    // A log that ends before what was flushed has lost units: their messages are taken in again.
    const isCut = log.endPos < lastTimerLogFlushPos;
    const offset = isCut ? taken + 1 : Math.max(lastTimerQueueOffset, taken + 1);
    state.queueOffset = Math.min(most, Math.max(least, offset));
    skipEmptySlots(state);
  }

  /** Slots that point behind the end of the log get their chain from the units that are left. */
  private repairSlots(): void {
    const { wheel, log, readTimeMs, precisionMs } = this.state;
    const broken = new Set<number>();
    let from = Infinity;
    for (let at = wheel.nextOccupied(readTimeMs); at !== undefined;) {
      const slot = wheel.slot(at);
      if (slot !== undefined && slot.lastPos >= log.endPos) {
        wheel.put(at, { firstPos: -1, lastPos: -1, num: 0 });
        wheel.done(at);
        broken.add(at);
        from = Math.min(from, slot.firstPos);
      }
      const next = wheel.nextOccupied(at + precisionMs);
      at = next !== undefined && next > at && next < readTimeMs + wheel.spanMs ? next : undefined;
    }
    if (broken.size === 0) return;
    this.options.logger.warn("the timer wheel is ahead of its log", { slots: broken.size });
    log.visitFrom(from, (unit, position) => {
      const slotMs = Math.floor(unit.dueMs / precisionMs) * precisionMs;
      if (broken.has(slotMs)) this.relink(unit, position);
    });
  }

  /** A unit that its slot does not know of: the wheel was written less far than the log. */
  private relink({ dueMs }: TimerUnit, position: number): void {
    const { wheel, readTimeMs } = this.state;
    if (dueMs < readTimeMs) return;
    const slot = wheel.slot(dueMs);
    if (slot !== undefined && slot.lastPos >= position) return;
    wheel.put(dueMs, {
      firstPos: slot === undefined || slot.firstPos < 0 ? position : slot.firstPos,
      lastPos: position,
      num: (slot?.num ?? 0) + 1,
    });
  }

  /** Its messages are in the log: a restart must not deliver them again. */
  private slotEmptied(): void {
    this.checkpoint.values.lastReadTime = this.state.readTimeMs;
    this.checkpoint.write();
    this.flushSoon();
  }

  private flushSoon(): void {
    if (this.flushTimer !== undefined || this.state.isStopped) return;
    this.flushTimer = this.options.clock.after(this.options.config.timerFlushIntervalMs, () => {
      this.flushTimer = undefined;
      this.flushing = (this.flushing ?? Promise.resolve()).then(() => this.flush());
    });
  }

  /** First the log, then the wheel, then how far both are. */
  private async flush(): Promise<void> {
    const { log, wheel, store, queueOffset } = this.state;
    try {
      await log.sync();
      await wheel.sync();
      this.prepareCheckpoint(queueOffset);
      this.checkpoint.write();
      await this.checkpoint.sync();
      log.deleteExpired(store.commitLogMinOffset);
      this.metrics.persist();
    } catch (error) {
      this.options.logger.error("the timer was not flushed", { error: messageOf(error) });
    }
  }

  private prepareCheckpoint(queueOffset: number): void {
    const { values } = this.checkpoint;
    skipEmptySlots(this.state);
    const { readTimeMs, log } = this.state;
    if (values.lastReadTime !== readTimeMs || values.masterTimerQueueOffset !== queueOffset) {
      stepDataVersion(values.dataVersion, this.options.clock.now());
    }
    values.lastReadTime = readTimeMs;
    values.lastTimerLogFlushPos = log.flushedPos;
    values.lastTimerQueueOffset = queueOffset;
    values.masterTimerQueueOffset = queueOffset;
  }
}

const NOT_RUNNING = {
  timerReadBehind: "0",
  timerOffsetBehind: "0",
  timerCongestNum: "0",
  timerEnqueueTps: "0.0",
  timerDequeueTps: "0.0",
};
