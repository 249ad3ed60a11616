/** Empties the slots whose moment is over. Upstream: TimerDequeueGetService, TimerDequeueGetMessageService. */
import type { Timer } from "../../base/clock.js";
import { messageOf } from "../../base/errors.js";
import { PropertyName } from "../../message/property-names.js";
import { TimerMagic, type TimerUnit } from "../../store/timer/timer-log.js";
import type { TimerDelivery, TimerDue } from "./timer-delivery.js";
import {
  nextTurn,
  skipEmptySlots,
  timerRecord,
  type TimerState,
  writeTimeMs,
} from "./timer-state.js";

/** Messages of one turn of the event loop. */
const BATCH = 200;
/** Timer log units of one turn. */
const WALK = 2000;
const AGAIN_MS = 1000;
/** Longer waits are taken in parts: timers of Node do not reach beyond 24 days. */
const LONGEST_WAIT_MS = 3_600_000;

export class TimerDequeue {
  private readonly state: TimerState;
  private readonly delivery: TimerDelivery;
  /** Writes how far the wheel is. */
  private readonly emptied: () => void;
  private timer: Timer | undefined;
  private timerMs = Infinity;
  private isBusy = false;

  constructor(state: TimerState, delivery: TimerDelivery, emptied: () => void) {
    this.state = state;
    this.delivery = delivery;
    this.emptied = emptied;
  }

  start(): void {
    this.waitForNext();
  }

  stop(): void {
    this.timer?.cancel();
  }

  /** A message waits for this moment now. */
  expect(dueMs: number): void {
    const atMs = dueMs + this.state.precisionMs;
    if (!this.isBusy && atMs < this.timerMs) this.waitFor(atMs);
  }

  private waitForNext(): void {
    const { state } = this;
    this.timerMs = Infinity;
    if (state.isStopped) return;
    const next = state.wheel.nextOccupied(state.readTimeMs);
    if (next !== undefined) this.waitFor(next + state.precisionMs);
  }

  private waitFor(atMs: number): void {
    const { clock } = this.state;
    this.timer?.cancel();
    this.timerMs = atMs;
    const waitMs = Math.min(LONGEST_WAIT_MS, Math.max(0, atMs - clock.now()));
    this.timer = clock.after(waitMs, () => void this.run());
  }

  private async run(): Promise<void> {
    const { state } = this;
    this.isBusy = true;
    let again = false;
    try {
      skipEmptySlots(state);
      while (!state.isStopped && !(again = state.config.timerStopDequeue)) {
        const timeMs = state.wheel.nextOccupied(state.readTimeMs);
        if (timeMs === undefined || timeMs >= writeTimeMs(state)) break;
        await this.empty(timeMs);
      }
    } catch (error) {
      again = true;
      const { readTimeMs } = state;
      state.logger.error("the timer stands still", { readTimeMs, error: messageOf(error) });
    }
    this.isBusy = false;
    if (again && !state.isStopped) this.waitFor(state.clock.now() + AGAIN_MS);
    else this.waitForNext();
  }

  private async empty(timeMs: number): Promise<void> {
    const { state } = this;
    const { normal, deletes } = await this.unitsOf(timeMs);
    const deleted = await this.deletedKeys(deletes);
    for (let at = 0; at < normal.length; at += BATCH) {
      if (at > 0) await nextTurn();
      const units = normal.slice(at, at + BATCH);
      await this.delivery.deliver(this.dueOf(units, deleted));
      if (state.isStopped) return;
    }
    for (const topic of deleted.values()) if (topic !== undefined) state.metrics.add(topic, 1);
    state.wheel.done(timeMs);
    state.readTimeMs = timeMs + state.precisionMs;
    this.emptied();
  }

  /** The units of a slot, oldest first; those that take a message back apart. */
  private async unitsOf(timeMs: number): Promise<{ normal: TimerUnit[]; deletes: TimerUnit[] }> {
    const { log, wheel } = this.state;
    const normal: TimerUnit[] = [];
    const deletes: TimerUnit[] = [];
    let walked = 0;
    for (let position = wheel.slot(timeMs)?.lastPos ?? -1; position >= 0;) {
      const unit = log.unit(position);
      if (unit === undefined) break;
      const isDelete = (unit.magic & (TimerMagic.DELETE | TimerMagic.ROLL)) === TimerMagic.DELETE;
      (isDelete ? deletes : normal).push(unit);
      // Each points to one before it; anything else would lead in a circle.
      position = unit.prevPos < position ? unit.prevPos : -1;
      if (++walked % WALK === 0) await nextTurn();
    }
    return { normal: normal.reverse(), deletes };
  }

  /** "topic+key" → topic of what is not to be delivered. */
  private async deletedKeys(units: readonly TimerUnit[]): Promise<DeletedKeys> {
    const keys: DeletedKeys = new Map();
    for (const [at, unit] of units.entries()) {
      if (at > 0 && at % BATCH === 0) await nextTurn();
      const properties = timerRecord(this.state, unit)?.properties;
      const key = properties?.get(PropertyName.TIMER_DEL_UNIQKEY);
      if (key !== undefined) keys.set(key, properties?.get(PropertyName.REAL_TOPIC));
    }
    return keys;
  }

  private dueOf(units: readonly TimerUnit[], deleted: DeletedKeys): TimerDue[] {
    const { state } = this;
    const due: TimerDue[] = [];
    for (const unit of units) {
      const record = timerRecord(state, unit);
      if (record === undefined) continue;
      const key = `${record.properties.get(PropertyName.REAL_TOPIC) ?? ""}+${record.uniqKey ?? ""}`;
      if (deleted.has(key)) {
        // Counted off when the message that takes it back came in.
        deleted.set(key, undefined);
        continue;
      }
      due.push({
        record,
        enqueueMs: String(unit.writeTimeMs),
        roll: (unit.magic & TimerMagic.ROLL) !== 0,
        recheck: unit.dueMs <= state.startedMs,
      });
    }
    return due;
  }
}

type DeletedKeys = Map<string, string | undefined>;
