/** Hands pulled messages to the listener, many at a time. Upstream: ConsumeMessageConcurrentlyService. */
import type { Clock } from "../base/clock.js";
import { messageOf } from "../base/errors.js";
import type { Logger } from "../base/log.js";
import { PropertyName } from "../message/property-names.js";
import type { ConsumeStats } from "./consume-stats.js";
import { type Delays, within } from "./delays.js";
import type { MessageQueue } from "./message-queue.js";
import type { OffsetStore } from "./offset-store.js";
import type { ProcessQueue } from "./process-queue.js";
import type { ReceivedMessage } from "./received-message.js";

/**
 * What a listener made of its messages: done; to be delivered again later (orderly: before all others of the queue); or left as they are (not done, not given
 * back: whoever owns the queue next gets them). A listener that throws means LATER.
 */
export type ConsumeResult = "SUCCESS" | "LATER" | "LEAVE";

export interface ConsumeContext {
  queue: MessageQueue;
  /** Level for the redelivery: 0 lets the broker decide, negative sends to the dead letter queue at once. */
  delayLevel: number;
  /** Orderly: how long the queue pauses after LATER, milliseconds (10 to 30000). */
  suspendMs?: number;
}

export type MessageListener = (
  messages: ReceivedMessage[],
  context: ConsumeContext,
) => ConsumeResult | void | Promise<ConsumeResult | void>;

/** What the listener says; it threw: LATER. */
export async function askListener(
  { listener, logger }: Pick<ConsumeServiceOptions, "listener" | "logger">,
  messages: ReceivedMessage[],
  context: ConsumeContext,
): Promise<ConsumeResult> {
  try {
    return (await listener(messages, context)) ?? "SUCCESS";
  } catch (error) {
    logger.warn("the listener threw, its messages are delivered again", {
      ...context.queue,
      error: messageOf(error),
    });
    return "LATER";
  }
}

interface Task {
  messages: ReceivedMessage[];
  process: ProcessQueue;
}

/** What the pull loops hand their messages to. */
export interface Consuming {
  submit(messages: readonly ReceivedMessage[], process: ProcessQueue): void;
  stop(withinMs: number): Promise<void>;
}

export interface ConsumeServiceOptions {
  clock: Clock;
  logger: Logger;
  listener: MessageListener;
  offsets: OffsetStore;
  stats: ConsumeStats;
  delays: Delays;
  /** Listener calls at the same time. */
  concurrency: number;
  /** Messages per listener call. */
  batchSize: number;
  /** Gives a message back to be delivered again; false when that failed. Absent: failures are dropped (broadcasting). */
  giveBack?: ((message: ReceivedMessage, delayLevel: number) => Promise<boolean>) | undefined;
}

/** A message that could not be given back is tried again here after so long. */
const RECONSUME_AFTER_MS = 5000;

export class ConsumeService implements Consuming {
  private readonly options: ConsumeServiceOptions;
  private readonly tasks: Task[] = [];
  private readonly running = new Set<Promise<void>>();
  private stopped = false;

  constructor(options: ConsumeServiceOptions) {
    this.options = options;
  }

  /** Bounded by the flow control of the pull loops, which look at the process queue. */
  submit(messages: readonly ReceivedMessage[], process: ProcessQueue): void {
    const { batchSize } = this.options;
    for (let at = 0; at < messages.length; at += batchSize) {
      this.tasks.push({ messages: messages.slice(at, at + batchSize), process });
    }
    this.pump();
  }

  /** Begins no further listener call; resolves when those under way are done, at the latest after `withinMs`. */
  async stop(withinMs: number): Promise<void> {
    this.stopped = true;
    this.tasks.length = 0;
    if (this.running.size === 0) return;
    await within(this.options.clock, withinMs, Promise.all(this.running));
  }

  private pump(): void {
    while (!this.stopped && this.running.size < this.options.concurrency) {
      const task = this.tasks.shift();
      if (task === undefined) return;
      if (task.process.dropped) continue;
      const run: Promise<void> = this.consume(task).finally(() => {
        this.running.delete(run);
        this.pump();
      });
      this.running.add(run);
    }
  }

  private async consume(task: Task): Promise<void> {
    const { clock, stats } = this.options;
    const begin = clock.now();
    const context: ConsumeContext = { queue: task.process.queue, delayLevel: 0 };
    for (const { properties } of task.messages) {
      properties.set(PropertyName.CONSUME_START_TIME, String(begin));
    }
    const result = await askListener(this.options, task.messages, context);
    task.process.lastConsumeMs = clock.now();
    const { topic } = task.process.queue;
    const tookMs = clock.now() - begin;
    stats.consumed(topic, { count: task.messages.length, ok: result === "SUCCESS", tookMs });
    if (task.process.dropped || result === "LEAVE") return;
    const kept = result === "LATER" ? await this.giveBack(task.messages, context.delayLevel) : [];
    this.finish(task, kept);
  }

  /** Those that could not be given back. */
  private async giveBack(
    messages: ReceivedMessage[],
    delayLevel: number,
  ): Promise<ReceivedMessage[]> {
    const { giveBack, logger } = this.options;
    if (giveBack === undefined) {
      logger.warn("messages that failed are dropped: broadcasting", { count: messages.length });
      return [];
    }
    const given = await Promise.all(messages.map((message) => giveBack(message, delayLevel)));
    const kept = messages.filter((_, i) => given[i] === false);
    for (const message of kept) message.reconsumeTimes++;
    return kept;
  }

  private finish({ messages, process }: Task, kept: readonly ReceivedMessage[]): void {
    const done = kept.length === 0 ? messages : messages.filter((one) => !kept.includes(one));
    const offset = process.remove(done);
    if (offset >= 0 && !process.dropped) this.options.offsets.update(process.queue, offset, true);
    if (kept.length === 0) return;
    void this.options.delays.wait(RECONSUME_AFTER_MS).then(() => {
      if (!process.dropped && !this.stopped) this.submit(kept, process);
    });
  }
}
