/**
 * Messages of a group one after the other, for `for await`. No upstream counterpart. A message counts as done when the
 * next one is asked for; leaving the loop leaves the last one undone, so exactly what was dealt with is committed.
 */
import type { Service } from "../base/service.js";
import type { Client } from "./client.js";
import type { ConsumeResult } from "./consume-service.js";
import { PushConsumer, type PushConsumerOptions } from "./push-consumer.js";
import type { ReceivedMessage } from "./received-message.js";

interface Waiting {
  message: ReceivedMessage;
  settle: (result: ConsumeResult) => void;
}

type Next = (result: IteratorResult<ReceivedMessage, undefined>) => void;

export class MessageStream implements Service, AsyncIterableIterator<ReceivedMessage, undefined> {
  readonly consumer: PushConsumer;
  /** Handed out and not done. */
  private current: Waiting | undefined;
  private readonly waiting: Waiting[] = [];
  private readonly takers: Next[] = [];
  private ended = false;

  /** Subscribe by `consumer.subscribe`, then `start`. */
  constructor(
    client: Client,
    options: Omit<PushConsumerOptions, "consumeBatchSize" | "stopWithinMs">,
  ) {
    this.consumer = new PushConsumer(client, {
      ...options,
      concurrency: 1,
      listener: ([message]) => this.offer(message as ReceivedMessage),
    });
  }

  async start(): Promise<void> {
    await this.consumer.start();
  }

  /** Marks the message in hand done without asking for the next. */
  acknowledge(): void {
    this.settleCurrent("SUCCESS");
  }

  /** Acknowledges the message before, resolves with the next; done after `stop`. */
  next(): Promise<IteratorResult<ReceivedMessage, undefined>> {
    this.settleCurrent("SUCCESS");
    return new Promise((resolve) => {
      if (this.ended) return resolve({ done: true, value: undefined });
      this.takers.push(resolve);
      this.hand();
    });
  }

  /** Called when a loop is left: ends the stream without acknowledging. */
  async return(): Promise<IteratorResult<ReceivedMessage, undefined>> {
    await this.stop();
    return { done: true, value: undefined };
  }

  /** Commits what was acknowledged and takes leave; the message in hand goes to whoever consumes next. */
  async stop(): Promise<void> {
    if (this.ended) return;
    this.ended = true;
    for (const one of this.waiting.splice(0)) one.settle("LEAVE");
    this.settleCurrent("LEAVE");
    for (const taker of this.takers.splice(0)) taker({ done: true, value: undefined });
    await this.consumer.stop();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private offer(message: ReceivedMessage): Promise<ConsumeResult> {
    return new Promise((settle) => {
      if (this.ended) return settle("LEAVE");
      this.waiting.push({ message, settle });
      this.hand();
    });
  }

  private hand(): void {
    if (this.takers.length === 0 || this.waiting.length === 0) return;
    this.current = this.waiting.shift();
    const taker = this.takers.shift();
    if (this.current !== undefined) taker?.({ done: false, value: this.current.message });
  }

  private settleCurrent(result: ConsumeResult): void {
    const settled = this.current;
    this.current = undefined;
    settled?.settle(result);
  }
}
