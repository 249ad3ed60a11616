import { messageOf, RocketmqError } from "../../engine/base/errors.js";
import { type MessageQueue, queueKey } from "../../engine/client/message-queue.js";
import type { ProcessQueue } from "../../engine/client/process-queue.js";
import { ResponseError } from "../../engine/remoting/response-error.js";
import type { GroupReader } from "./group-reader.js";

/** How long nothing may come before it is an error: a broker may be starting, or taking leave of another. */
const PATIENCE_MS = 30_000;
/** A broker that answers with an error is less likely to think better of it. */
const REFUSED_PATIENCE_MS = 5000;

export interface ProgressOptions {
  topic: string;
  /** Where each queue ended when it began; undefined for whoever goes on for ever. */
  ends: readonly { queue: MessageQueue; offset: number }[] | undefined;
  /** Milliseconds. */
  now: () => number;
}

/** How far a member of a group has come with a topic, and whether it comes on at all. */
export class Progress {
  private readonly reader: GroupReader;
  private readonly options: ProgressOptions;
  private seen = "";
  private seenMs: number;

  constructor(reader: GroupReader, options: ProgressOptions) {
    this.reader = reader;
    this.options = options;
    this.seenMs = options.now();
  }

  /**
   * Every queue is done up to where it ended, or is another live member's: that is known when the sharing out is
   * settled, until then a queue that is not ours may be nobody's.
   */
  get isAtEnd(): boolean {
    return this.options.ends !== undefined && this.isSettled && this.behind() === undefined;
  }

  /** No queue is ours. */
  get hasNothing(): boolean {
    return this.held.length === 0;
  }

  /** Why nothing has come for too long; undefined while it has, or while nobody waits for it. */
  stuck(): RocketmqError | undefined {
    const failure = this.failure();
    const now = this.options.now();
    const seen = this.state();
    const isWaiting = !this.isSettled || (this.reader.isIdle && this.behind() !== undefined);
    if (seen !== this.seen || (!isWaiting && failure === undefined)) {
      this.seen = seen;
      this.seenMs = now;
      return undefined;
    }
    const patienceMs = failure instanceof ResponseError ? REFUSED_PATIENCE_MS : PATIENCE_MS;
    if (now - this.seenMs < patienceMs) return undefined;
    this.seenMs = Infinity;
    return new RocketmqError(
      `${this.where()} after ${String(patienceMs / 1000)} s${why(failure)}`,
      {
        kind: failure instanceof RocketmqError ? failure.kind : "unreachable",
        cause: failure,
      },
    );
  }

  private get isSettled(): boolean {
    return this.reader.consumer.sharing(this.options.topic).settled;
  }

  private get held(): ProcessQueue[] {
    const { topic } = this.options;
    return this.reader.consumer.processQueues.filter((one) => one.queue.topic === topic);
  }

  /** A queue of ours that is not done. */
  private behind(): { process: ProcessQueue; end: number } | undefined {
    const held = new Map(this.held.map((process) => [queueKey(process.queue), process]));
    for (const { queue, offset: end } of this.options.ends ?? []) {
      const process = held.get(queueKey(queue));
      if (process !== undefined && (process.count > 0 || process.nextPullOffset < end))
        return { process, end };
    }
    return undefined;
  }

  private state(): string {
    const offsets = this.held.map(({ nextPullOffset, count }) => `${nextPullOffset}/${count}`);
    return `${String(this.isSettled)} ${offsets.join(" ")}`;
  }

  private failure(): unknown {
    const { failure } = this.reader.consumer.sharing(this.options.topic);
    return failure ?? this.held.find((one) => one.failure !== undefined)?.failure;
  }

  private where(): string {
    const { topic } = this.options;
    const behind = this.isSettled ? this.behind() : undefined;
    if (behind === undefined) return `the queues of ${topic} are not shared out`;
    const { queue, nextPullOffset } = behind.process;
    return `queue ${String(queue.queueId)} of ${topic} on ${queue.brokerName} stands at ${String(nextPullOffset)} of ${String(behind.end)}`;
  }
}

function why(failure: unknown): string {
  return failure === undefined ? "" : `: ${messageOf(failure)}`;
}
