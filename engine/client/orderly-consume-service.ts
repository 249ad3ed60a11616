/**
 * Hands pulled messages to the listener in the order of their queue: one call per queue at a time, and a message that
 * failed comes again before the next. Upstream: ConsumeMessageOrderlyService.
 */
import {
  askListener,
  type ConsumeContext,
  type ConsumeServiceOptions,
  type Consuming,
} from "./consume-service.js";
import { within } from "./delays.js";
import type { ProcessQueue } from "./process-queue.js";
import type { QueueLocks } from "./queue-locks.js";
import type { ReceivedMessage } from "./received-message.js";

export interface OrderlyConsumeServiceOptions extends Omit<ConsumeServiceOptions, "giveBack"> {
  /** Locks that the brokers give; absent where every member has all queues (broadcasting). */
  locks: QueueLocks | undefined;
  /** Pause of a queue after a failure, milliseconds, unless the listener says another. */
  suspendMs: number;
  /** Deliveries in place, after which a message is sent away. */
  maxReconsumeTimes: number;
  /** Sends a message that failed too often to the retry topic; false when that failed. */
  sendAway: (message: ReceivedMessage) => Promise<boolean>;
}

/** What one queue has in hand. */
interface Line {
  process: ProcessQueue;
  waiting: ReceivedMessage[];
  /** The step under way, its pause included. */
  running: Promise<void> | undefined;
  /** The listener call under way. */
  calling: Promise<void> | undefined;
  /** No further call. */
  isHalted: boolean;
}

const MIN_SUSPEND_MS = 10;
const MAX_SUSPEND_MS = 30_000;
/** How long a queue waits whose lock was lost, before it asks again. */
const UNLOCKED_WAIT_MS = 3000;

export class OrderlyConsumeService implements Consuming {
  private readonly options: OrderlyConsumeServiceOptions;
  private readonly lines = new WeakMap<ProcessQueue, Line>();
  private readonly calls = new Set<Promise<void>>();
  private readonly ready: Line[] = [];
  private active = 0;
  private stopped = false;

  constructor(options: OrderlyConsumeServiceOptions) {
    this.options = options;
  }

  /** Bounded by the flow control of the pull loops, which look at the process queue. */
  submit(messages: readonly ReceivedMessage[], process: ProcessQueue): void {
    let line = this.lines.get(process);
    if (line === undefined) {
      line = { process, waiting: [], running: undefined, calling: undefined, isHalted: false };
      this.lines.set(process, line);
    }
    for (const message of messages) line.waiting.push(message);
    if (line.running === undefined && !this.ready.includes(line)) this.ready.push(line);
    this.pump();
  }

  /** Begins no further listener call; resolves when those under way are done, at the latest after `withinMs`. */
  async stop(withinMs: number): Promise<void> {
    this.stopped = true;
    this.ready.length = 0;
    await within(this.options.clock, withinMs, Promise.all(this.calls));
  }

  /**
   * Begins no further call for a queue that is given up; resolves when the one under way is done, at the latest after
   * `withinMs`.
   */
  async halt(process: ProcessQueue, withinMs: number): Promise<void> {
    const line = this.lines.get(process);
    if (line === undefined) return;
    line.isHalted = true;
    if (line.calling !== undefined) await within(this.options.clock, withinMs, line.calling);
  }

  /** Is no listener call of this queue under way, so that it may be another's? */
  isIdle(process: ProcessQueue): boolean {
    return this.lines.get(process)?.calling === undefined;
  }

  private pump(): void {
    while (!this.stopped && this.active < this.options.concurrency) {
      const line = this.ready.shift();
      if (line === undefined) return;
      if (this.isOver(line)) continue;
      this.active++;
      line.running = this.step(line).then((waitMs) => this.rest(line, waitMs));
    }
  }

  private isOver(line: Line): boolean {
    return this.stopped || line.isHalted || line.process.dropped || line.waiting.length === 0;
  }

  /** Frees the place of the listener call, waits, and queues up behind the other queues. */
  private async rest(line: Line, waitMs: number): Promise<void> {
    this.active--;
    this.pump();
    if (waitMs > 0) await this.options.delays.wait(waitMs);
    line.running = undefined;
    if (this.isOver(line)) return;
    this.ready.push(line);
    this.pump();
  }

  /** One listener call; gives how long the queue pauses (ms). */
  private async step(line: Line): Promise<number> {
    const { locks } = this.options;
    if (locks !== undefined && !locks.isHeld(line.process)) {
      await locks.lock([line.process]);
      if (!locks.isHeld(line.process)) return UNLOCKED_WAIT_MS;
      if (this.isOver(line)) return 0;
    }
    const messages = line.waiting.slice(0, this.options.batchSize);
    let waitMs = 0;
    const call = this.consume(line, messages).then((pause) => {
      waitMs = pause;
    });
    line.calling = call;
    this.calls.add(call);
    await call;
    this.calls.delete(call);
    line.calling = undefined;
    return waitMs;
  }

  private async consume(line: Line, messages: ReceivedMessage[]): Promise<number> {
    const { clock, stats } = this.options;
    const { process } = line;
    const begin = clock.now();
    const context: ConsumeContext = { queue: process.queue, delayLevel: 0 };
    const result = await askListener(this.options, messages, context);
    process.lastConsumeMs = clock.now();
    const tookMs = clock.now() - begin;
    stats.consumed(process.queue.topic, {
      count: messages.length,
      ok: result === "SUCCESS",
      tookMs,
    });
    if (process.dropped) return 0;
    if (result === "LEAVE") {
      line.isHalted = true;
      return 0;
    }
    if (result === "LATER" && (await this.mustComeAgain(messages)))
      return clamped(context.suspendMs ?? this.options.suspendMs);
    this.finish(line, messages);
    return 0;
  }

  /** Counts the failure of each; false when all of them were sent away. */
  private async mustComeAgain(messages: readonly ReceivedMessage[]): Promise<boolean> {
    const { maxReconsumeTimes, sendAway } = this.options;
    let comesAgain = false;
    for (const message of messages) {
      if (message.reconsumeTimes >= maxReconsumeTimes && (await sendAway(message))) continue;
      message.reconsumeTimes++;
      comesAgain = true;
    }
    return comesAgain;
  }

  private finish({ process, waiting }: Line, messages: readonly ReceivedMessage[]): void {
    waiting.splice(0, messages.length);
    const offset = process.remove(messages);
    if (offset >= 0 && !process.dropped) this.options.offsets.update(process.queue, offset, true);
  }
}

function clamped(ms: number): number {
  return Math.min(MAX_SUSPEND_MS, Math.max(MIN_SUSPEND_MS, ms));
}
