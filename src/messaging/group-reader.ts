import type { Client } from "../../engine/client/client.js";
import type { ConsumeResult } from "../../engine/client/consume-service.js";
import { type MessageQueue, queueKey } from "../../engine/client/message-queue.js";
import type { ProcessQueue } from "../../engine/client/process-queue.js";
import { PushConsumer } from "../../engine/client/push-consumer.js";
import type { ReceivedMessage } from "../../engine/client/received-message.js";

interface Waiting {
  message: ReceivedMessage;
  /** The queue it came from, as this member holds it. */
  process: ProcessQueue | undefined;
  settle: (result: ConsumeResult) => void;
}

/** Messages taken and not acknowledged at most: what comes twice when this process is killed. */
const MOST_TAKEN = 512;
/** More than the pull loops let pile up: all that was pulled may be taken at once. */
const CONCURRENCY = 100_000;

/**
 * A member of a group whose messages are taken one by one and acknowledged when they are dealt with. What is not
 * acknowledged at the end goes to whoever consumes next.
 */
export class GroupReader {
  readonly consumer: PushConsumer;
  private waiting: Waiting[] = [];
  private head = 0;
  private taken: Waiting[] = [];
  private wake: (() => void) | undefined;
  private ended = false;

  /** Begins behind what the group has committed, with a queue it has nothing of at its first message. */
  constructor(client: Client, options: { group: string; topic: string; expression: string }) {
    this.consumer = new PushConsumer(client, {
      group: options.group,
      consumeFromWhere: "CONSUME_FROM_FIRST_OFFSET",
      concurrency: CONCURRENCY,
      listener: ([message], { queue }) => this.offer(message as ReceivedMessage, queue),
    });
    this.consumer.subscribe(options.topic, options.expression);
  }

  async start(): Promise<void> {
    await this.consumer.start();
  }

  /** The next message; undefined after {@link end}. One call at a time. */
  async take(): Promise<ReceivedMessage | undefined> {
    for (;;) {
      if (this.ended) return undefined;
      const next = this.nextWaiting();
      if (next !== undefined) {
        this.head++;
        this.taken.push(next);
        return next.message;
      }
      await new Promise<void>((resolve) => (this.wake = resolve));
      this.wake = undefined;
    }
  }

  /** A message can be taken without waiting, and before those in hand are acknowledged. */
  get isReady(): boolean {
    return !this.ended && this.taken.length < MOST_TAKEN && this.nextWaiting() !== undefined;
  }

  /** Somebody waits in {@link take} and there is nothing to give. */
  get isIdle(): boolean {
    return this.wake !== undefined;
  }

  /** All that was taken is done. */
  acknowledge(): void {
    const done = this.taken;
    this.taken = [];
    for (const one of done) one.settle("SUCCESS");
  }

  /** No further messages: whoever waits in {@link take} is told. */
  end(): void {
    this.ended = true;
    this.wake?.();
  }

  /** Commits what was acknowledged and takes leave of the group. */
  async stop(): Promise<void> {
    this.end();
    for (const one of [...this.taken, ...this.waiting.slice(this.head)]) one.settle("LEAVE");
    this.taken = [];
    this.waiting = [];
    this.head = 0;
    await this.consumer.stop();
  }

  /** Skips what belongs to another member by now: it is delivered there. */
  private nextWaiting(): Waiting | undefined {
    for (; this.head < this.waiting.length; this.head++) {
      const one = this.waiting[this.head];
      if (one?.process?.dropped !== true) return one;
      one.settle("LEAVE");
    }
    this.waiting = [];
    this.head = 0;
    return undefined;
  }

  private offer(message: ReceivedMessage, queue: MessageQueue): Promise<ConsumeResult> {
    return new Promise((settle) => {
      if (this.ended) return settle("LEAVE");
      const key = queueKey(queue);
      const process = this.consumer.processQueues.find((one) => queueKey(one.queue) === key);
      this.waiting.push({ message, process, settle });
      this.wake?.();
    });
  }
}
