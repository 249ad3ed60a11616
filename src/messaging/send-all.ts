import { messageOf, RocketmqError } from "../../engine/base/errors.js";
import type { MessageQueue } from "../../engine/client/message-queue.js";
import type { Producer } from "../../engine/client/producer.js";
import type { SendResult } from "../../engine/client/send-result.js";
import type { Bursts } from "../output/bursts.js";
import { type Item, Lane } from "./lane.js";
import type { InputMessage } from "./read-messages.js";

/** A message that was sent. */
export interface Sent {
  line: number | undefined;
  topic: string;
  result: SendResult;
}

export interface SendAllOptions {
  producer: Producer;
  signal: AbortSignal;
  /** What a broker answered, in the words for the reader. */
  explain: (error: unknown) => unknown;
}

/** Messages read and not answered yet at most, and their bytes. */
const MOST_UNDER_WAY = 4000;
const MOST_BYTES_UNDER_WAY = 16 * 1024 * 1024;

/**
 * Sends messages as they come and gives what brokers answered, in the order of the input. Messages take turns with the
 * queues of their topic, each of which keeps the order of the input. It ends with the first that is refused; input that
 * cannot be read ends it too, when all before was sent.
 */
export function sendAll(
  messages: AsyncIterable<InputMessage>,
  options: SendAllOptions,
): Bursts<Sent> {
  const sending = new Sending(options);
  return {
    [Symbol.asyncIterator]: () => sending.run(messages),
    hasMore: () => sending.hasMore,
    written: () => undefined,
  };
}

/** The lanes of one topic and whose turn it is. */
interface Topic {
  queues: readonly MessageQueue[];
  lanes: Lane[];
  next: number;
}

class Sending {
  private readonly options: SendAllOptions;
  private readonly topics = new Map<string, Topic>();
  /** In the order of the input; those before `head` were given out. */
  private items: Item[] = [];
  private head = 0;
  private bytes = 0;
  private inputEnded = false;
  private failure: { error: unknown } | undefined;
  private inputFailure: { error: unknown } | undefined;
  private wake: (() => void) | undefined;
  private makeRoom: (() => void) | undefined;

  constructor(options: SendAllOptions) {
    this.options = options;
  }

  get hasMore(): boolean {
    return this.items[this.head]?.result !== undefined;
  }

  async *run(messages: AsyncIterable<InputMessage>): AsyncGenerator<Sent> {
    const { signal } = this.options;
    const onAbort = (): void => {
      this.drop();
    };
    signal.addEventListener("abort", onAbort, { once: true });
    void this.read(messages);
    try {
      for (;;) {
        // what is answered while these are taken wakes nobody: look again before waiting
        yield* this.answered();
        if (this.isDone) break;
        if (!this.hasMore) await new Promise<void>((resolve) => (this.wake = resolve));
      }
      for (const item of this.items.slice(this.head))
        if (item.result) yield sentOf(item, item.result);
    } finally {
      signal.removeEventListener("abort", onAbort);
      this.drop();
    }
    const failed = this.failure ?? this.inputFailure;
    if (failed !== undefined) throw failed.error;
  }

  /** Answers without a gap since the beginning. */
  private *answered(): Generator<Sent> {
    for (;;) {
      const item = this.items[this.head];
      if (item?.result === undefined) break;
      this.head++;
      this.bytes -= item.input.message.body.length;
      if (this.head === MOST_UNDER_WAY) {
        this.items = this.items.slice(this.head);
        this.head = 0;
      }
      if (this.hasRoom) this.makeRoom?.();
      yield sentOf(item, item.result);
    }
  }

  private get isStopped(): boolean {
    return this.failure !== undefined || this.options.signal.aborted;
  }

  /** Nothing more will be answered. */
  private get isDone(): boolean {
    for (const { lanes } of this.topics.values())
      if (lanes.some((lane) => lane.isBusy)) return false;
    return this.inputEnded || this.isStopped;
  }

  private get hasRoom(): boolean {
    return this.items.length - this.head < MOST_UNDER_WAY && this.bytes < MOST_BYTES_UNDER_WAY;
  }

  private async read(messages: AsyncIterable<InputMessage>): Promise<void> {
    try {
      for await (const input of messages) {
        if (!this.hasRoom) await new Promise<void>((resolve) => (this.makeRoom = resolve));
        if (this.isStopped) return;
        await this.add(input);
      }
    } catch (error) {
      this.inputFailure = { error };
    } finally {
      this.inputEnded = true;
      this.wake?.();
    }
  }

  private async add(input: InputMessage): Promise<void> {
    const { topic } = input.message;
    const known = this.topics.get(topic) ?? (await this.open(topic));
    if (this.isStopped) return;
    const item: Item = { input };
    const lane = laneFor(known, input);
    this.items.push(item);
    this.bytes += input.message.body.length;
    lane.add(item);
  }

  /** A topic without a route gets one lane: the producer says what is wrong with it. */
  private async open(topic: string): Promise<Topic> {
    const { producer } = this.options;
    const queues = await producer.queues(topic).catch(() => []);
    const lanes = (queues.length === 0 ? [undefined] : queues).map(
      (queue) =>
        new Lane({
          producer,
          queue,
          sent: () => this.wake?.(),
          failed: (item, error) => {
            this.fail(item, error);
          },
        }),
    );
    const opened = { queues, lanes, next: 0 };
    this.topics.set(topic, opened);
    return opened;
  }

  private fail({ input }: Item, error: unknown): void {
    const cause = this.options.explain(error);
    const what = input.line === undefined ? "the message" : `line ${String(input.line)}`;
    this.failure ??= {
      error:
        cause instanceof RocketmqError
          ? new RocketmqError(`${what} was not sent: ${messageOf(cause)}`, {
              kind: cause.kind,
              ...(cause.hint !== undefined && { hint: cause.hint }),
              cause,
            })
          : cause,
    };
    this.drop();
  }

  /** Begins nothing further; what is under way is waited for. */
  private drop(): void {
    for (const { lanes } of this.topics.values()) for (const lane of lanes) lane.drop();
    this.makeRoom?.();
    this.wake?.();
  }
}

function laneFor(topic: Topic, { queueId, mayMove, line, message }: InputMessage): Lane {
  const lane = topic.lanes[laneIndex(topic, { queueId, mayMove })];
  if (lane !== undefined) return lane;
  throw new RocketmqError(
    `line ${String(line)}: ${message.topic} has no queue ${String(queueId)} to write to`,
    {
      kind: "not-found",
      hint: "--any-queue lets the messages take turns with the queues that are there",
    },
  );
}

function laneIndex(
  topic: Topic,
  { queueId, mayMove }: Pick<InputMessage, "queueId" | "mayMove">,
): number {
  // a topic that is still to be made has no queues to choose from
  if (queueId === undefined || topic.queues.length === 0) return topic.next++ % topic.lanes.length;
  const index = topic.queues.findIndex((queue) => queue.queueId === queueId);
  // what was one queue stays in one queue, and in order
  return index === -1 && mayMove === true ? queueId % topic.lanes.length : index;
}

function sentOf({ input }: Item, result: SendResult): Sent {
  return { line: input.line, topic: input.message.topic, result };
}
