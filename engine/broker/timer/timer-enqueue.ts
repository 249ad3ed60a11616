/** Takes what arrives in the timer topic into the wheel. Upstream: TimerEnqueueGetService, TimerEnqueuePutService. */
import type { Timer } from "../../base/clock.js";
import { parseInt64 } from "../../base/int64.js";
import { javaHashCode } from "../../base/java-hash.js";
import { messageOf } from "../../base/errors.js";
import type { Message } from "../../message/message.js";
import { PropertyName } from "../../message/property-names.js";
import { SystemTopic } from "../../message/topic-names.js";
import { TimerMagic } from "../../store/timer/timer-log.js";
import { WHEEL_SLOTS } from "../../store/timer/timer-wheel.js";
import { NEVER_ENQUEUED, type TimerDelivery, type TimerDue } from "./timer-delivery.js";
import {
  nextTurn,
  skipEmptySlots,
  timerRecord,
  type TimerState,
  writeTimeMs,
} from "./timer-state.js";

const BATCH = 200;
const AGAIN_MS = 100;
/** Slots that stay free between the end of the wheel and its beginning. */
const BLANK_SLOTS = 60;

export class TimerEnqueue {
  private readonly state: TimerState;
  private readonly delivery: TimerDelivery;
  private readonly onDue: (dueMs: number) => void;
  private isBusy = false;
  private timer: Timer | undefined;
  /** Entries before this one were there when the broker was started. */
  private oldUntil = 0;

  /** `onDue` is told of every moment that a message now waits for. */
  constructor(state: TimerState, delivery: TimerDelivery, onDue: (dueMs: number) => void) {
    this.state = state;
    this.delivery = delivery;
    this.onDue = onDue;
  }

  start(): void {
    this.oldUntil = this.state.store.maxOffset(SystemTopic.WHEEL_TIMER, 0);
    this.wake();
  }

  stop(): void {
    this.timer?.cancel();
  }

  /** Something arrived; all of one turn is taken together. */
  wake(): void {
    if (this.isBusy || this.state.isStopped) return;
    this.isBusy = true;
    setImmediate(() => void this.follow());
  }

  private async follow(): Promise<void> {
    const { state } = this;
    let again = false;
    try {
      while (!state.isStopped && !(again = state.config.timerStopEnqueue)) {
        if (!(await this.takeBatch())) break;
        await nextTurn();
      }
    } catch (error) {
      again = true;
      state.logger.error("timer messages were not taken into the wheel", {
        queueOffset: state.queueOffset,
        error: messageOf(error),
      });
    }
    this.isBusy = false;
    if (state.isStopped) return;
    if (again) this.timer = state.clock.after(AGAIN_MS, () => this.wake());
    else if (state.queueOffset < state.store.maxOffset(SystemTopic.WHEEL_TIMER, 0)) this.wake();
  }

  /** Those that are due already go out first: after a crash the log says how far the others were taken. */
  private async takeBatch(): Promise<boolean> {
    const { state } = this;
    skipEmptySlots(state);
    const { store } = state;
    let offset = Math.max(state.queueOffset, store.minOffset(SystemTopic.WHEEL_TIMER, 0));
    const late: TimerDue[] = [];
    const waiting: Message[] = [];
    const now = writeTimeMs(state);
    const from = offset;
    for (; offset < from + BATCH; offset++) {
      const entry = store.entry(SystemTopic.WHEEL_TIMER, 0, offset);
      if (entry === undefined) break;
      const record = timerRecord(state, entry);
      const outMs = record && outMsOf(record);
      if (record === undefined || outMs === undefined) {
        state.logger.error("an entry of the timer topic is no timer message", { offset });
      } else if (outMs >= now) waiting.push(record);
      else if (!record.properties.has(PropertyName.TIMER_DEL_UNIQKEY)) {
        const recheck = offset < this.oldUntil;
        late.push({ record, enqueueMs: NEVER_ENQUEUED, roll: false, recheck });
      }
    }
    if (offset === from) return false;
    if (late.length > 0) await this.delivery.deliver(late);
    if (state.isStopped) return false;
    for (const record of waiting) this.enqueue(record);
    state.enqueued.add(offset - from);
    state.queueOffset = offset;
    state.changed();
    return true;
  }

  /** Upstream: doEnqueue. */
  private enqueue(record: Message): void {
    const { wheel, log, metrics } = this.state;
    const now = writeTimeMs(this.state);
    const { dueMs, rolls } = this.dueOf(outMsOf(record) ?? now, now);
    const isDelete = record.properties.has(PropertyName.TIMER_DEL_UNIQKEY);
    const realTopic = record.properties.get(PropertyName.REAL_TOPIC) ?? "";
    const slot = wheel.slot(dueMs);
    const position = log.append({
      prevPos: slot?.lastPos ?? -1,
      magic:
        TimerMagic.DEFAULT | (rolls ? TimerMagic.ROLL : 0) | (isDelete ? TimerMagic.DELETE : 0),
      writeTimeMs: now,
      dueMs,
      physicalOffset: record.physicalOffset,
      size: record.storeSize,
      topicHash: javaHashCode(realTopic),
    });
    const counts = isDelete ? -1 : 1;
    wheel.put(dueMs, {
      firstPos: slot === undefined || slot.firstPos < 0 ? position : slot.firstPos,
      lastPos: position,
      num: (slot?.num ?? 0) + counts,
    });
    metrics.add(realTopic, counts);
    this.onDue(dueMs);
  }

  /** What is due beyond the roll window goes round: it comes out earlier and is put in again. */
  private dueOf(outMs: number, now: number): { dueMs: number; rolls: boolean } {
    const { config, precisionMs } = this.state;
    const most = WHEEL_SLOTS - BLANK_SLOTS;
    const asked = config.timerRollWindowSlot;
    const window = asked > most || asked < 2 ? most : asked;
    const beyond = outMs - now - window * precisionMs;
    if (beyond < 0) return { dueMs: Math.max(outMs, now), rolls: false };
    const isLittle = beyond < Math.floor(window / 3) * precisionMs;
    const slots = isLittle ? Math.floor(window / 2) : window;
    return { dueMs: now + slots * precisionMs, rolls: true };
  }
}

function outMsOf({ properties }: Message): number | undefined {
  return parseInt64(properties.get(PropertyName.TIMER_OUT_MS) ?? "");
}
