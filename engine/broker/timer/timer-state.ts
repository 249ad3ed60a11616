/** What the parts of the timer share. Upstream: fields of TimerMessageStore. */
import type { Clock } from "../../base/clock.js";
import type { Logger } from "../../base/log.js";
import { CorruptError } from "../../base/errors.js";
import { decodeRecord } from "../../message/decode.js";
import type { Message } from "../../message/message.js";
import { SystemTopic } from "../../message/topic-names.js";
import type { MessageStore } from "../../store/store-api.js";
import type { TimerLog } from "../../store/timer/timer-log.js";
import type { TimerWheel } from "../../store/timer/timer-wheel.js";
import type { BrokerConfig } from "../config/broker-config.js";
import type { BrokerStats } from "../stats/broker-stats.js";
import type { EventRate } from "./event-rate.js";
import type { TimerMetricsTable } from "./timer-metrics.js";

export interface TimerState {
  readonly config: BrokerConfig;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly store: MessageStore;
  readonly stats: BrokerStats;
  readonly wheel: TimerWheel;
  readonly log: TimerLog;
  readonly metrics: TimerMetricsTable;
  readonly enqueued: EventRate;
  readonly dequeued: EventRate;
  readonly precisionMs: number;
  /** Slots before this moment are delivered. */
  readTimeMs: number;
  /** Entries of the timer topic before this one are in the wheel, or delivered. */
  queueOffset: number;
  /** What was due before this moment may have been delivered before a crash. */
  startedMs: number;
  isStopped: boolean;
  /** Something changed that the next flush has to write. */
  changed(): void;
}

/** The moment that is now: slots before it are due. Upstream: currWriteTimeMs. */
export function writeTimeMs({ clock, precisionMs }: TimerState): number {
  return Math.floor(clock.now() / precisionMs) * precisionMs;
}

/** Moves the read time over moments that nothing waits for. */
export function skipEmptySlots(state: TimerState): void {
  const now = writeTimeMs(state);
  const next = state.wheel.nextOccupied(state.readTimeMs) ?? now;
  state.readTimeMs = Math.max(state.readTimeMs, Math.min(next, now));
}

/** A record of the timer topic; undefined when it is gone, or another has taken its place. */
export function timerRecord(
  { store }: TimerState,
  place: { physicalOffset: number; size: number },
): Message | undefined {
  try {
    const bytes = store.record(place.physicalOffset);
    const message = bytes === undefined ? undefined : decodeRecord(bytes);
    const isIt = message?.topic === SystemTopic.WHEEL_TIMER && message.storeSize === place.size;
    return isIt ? message : undefined;
  } catch (error) {
    if (error instanceof CorruptError) return undefined;
    throw error;
  }
}

/** Lets other work run. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
