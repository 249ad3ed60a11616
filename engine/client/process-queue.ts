/** Messages of one queue between being pulled and being done. Upstream: ProcessQueue. */
import type { MessageQueue } from "./message-queue.js";
import type { ReceivedMessage } from "./received-message.js";

export class ProcessQueue {
  readonly queue: MessageQueue;
  /** Taken away by rebalance or stop: what is still in work must not be committed any more. */
  dropped = false;
  readonly createdMs: number;
  lastPullMs: number;
  lastConsumeMs: number;
  /** Queue offset of the next pull: all before it was handed over or filtered out. */
  nextPullOffset = -1;
  /** Why the last pull failed; undefined when it did not. */
  failure: unknown;
  /** Orderly: when the broker last gave or renewed the lock; undefined without one. */
  lockedMs: number | undefined;
  private readonly messages = new Map<number, ReceivedMessage>();
  /** Offsets in ascending order; those before `head` are done. */
  private offsets: number[] = [];
  private head = 0;
  private bytes = 0;
  /** One past the highest offset ever put in; -1 before the first. */
  private next = -1;

  constructor(queue: MessageQueue, nowMs: number) {
    this.queue = queue;
    this.createdMs = nowMs;
    this.lastPullMs = nowMs;
    this.lastConsumeMs = nowMs;
  }

  get count(): number {
    return this.messages.size;
  }

  get cachedBytes(): number {
    return this.bytes;
  }

  /** Lowest offset not done; undefined when all are. */
  get minOffset(): number | undefined {
    return this.offsets[this.head];
  }

  /** The message that holds up the offset; undefined when all are done. */
  get oldest(): ReceivedMessage | undefined {
    return this.messages.get(this.minOffset ?? -1);
  }

  get maxOffset(): number | undefined {
    return this.messages.size === 0 ? undefined : this.offsets.at(-1);
  }

  /** Distance of the oldest to the newest message in hand. */
  get span(): number {
    return (this.maxOffset ?? 0) - (this.minOffset ?? 0);
  }

  put(messages: readonly ReceivedMessage[]): void {
    for (const message of messages) {
      if (this.messages.has(message.queueOffset) || message.queueOffset < this.next) continue;
      this.messages.set(message.queueOffset, message);
      this.offsets.push(message.queueOffset);
      this.bytes += message.storedBody.length;
      this.next = message.queueOffset + 1;
    }
  }

  /**
   * Marks messages done; returns the offset to commit: the lowest one in hand, or one past all that came or was filtered
   * out before the next pull. (Upstream passes what was filtered out only when a pull ends without a message.)
   */
  remove(messages: readonly ReceivedMessage[]): number {
    for (const { queueOffset } of messages) {
      const held = this.messages.get(queueOffset);
      if (held === undefined) continue;
      this.messages.delete(queueOffset);
      this.bytes -= held.storedBody.length;
    }
    this.skipDone();
    return this.offsets[this.head] ?? Math.max(this.next, this.nextPullOffset);
  }

  private skipDone(): void {
    while (this.head < this.offsets.length && !this.messages.has(this.offsets[this.head] ?? -1)) {
      this.head++;
    }
    if (this.head > 1024 && this.head * 2 > this.offsets.length) {
      this.offsets = this.offsets.slice(this.head);
      this.head = 0;
    }
  }
}
