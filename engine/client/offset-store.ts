/** How far a group has consumed. Upstream: OffsetStore, RemoteBrokerOffsetStore. */
import { messageOf } from "../base/errors.js";
import type { Client } from "./client.js";
import { type MessageQueue, queueKey } from "./message-queue.js";
import { commitOffset, committedOffset } from "./queue-offsets.js";

export interface OffsetStore {
  /** What was persisted before; undefined when nothing. */
  stored(queue: MessageQueue): Promise<number | undefined>;
  /** What this client would commit now. */
  known(queue: MessageQueue): number | undefined;
  /** Remembers an offset to commit; with `increaseOnly` a lower one than known is ignored. */
  update(queue: MessageQueue, offset: number, increaseOnly: boolean): void;
  /** Persists what is known of these queues; with `wait` until it was acknowledged. Failures are reported, not thrown. */
  persist(queues: readonly MessageQueue[], wait: boolean): Promise<void>;
  forget(queue: MessageQueue): void;
}

/** The part that is the same wherever offsets are kept. */
export class OffsetMemory {
  private readonly offsets = new Map<string, number>();

  known(queue: MessageQueue): number | undefined {
    return this.offsets.get(queueKey(queue));
  }

  update(queue: MessageQueue, offset: number, increaseOnly: boolean): void {
    const before = this.known(queue);
    if (increaseOnly && before !== undefined && offset <= before) return;
    this.offsets.set(queueKey(queue), offset);
  }

  forget(queue: MessageQueue): void {
    this.offsets.delete(queueKey(queue));
  }
}

/** Keeps offsets at the brokers of the queues: clustering. */
export class BrokerOffsetStore extends OffsetMemory implements OffsetStore {
  private readonly client: Client;
  private readonly group: string;

  constructor(client: Client, group: string) {
    super();
    this.client = client;
    this.group = group;
  }

  stored(queue: MessageQueue): Promise<number | undefined> {
    return committedOffset(this.client, this.group, queue);
  }

  async persist(queues: readonly MessageQueue[], wait: boolean): Promise<void> {
    await Promise.all(
      queues.map(async (queue) => {
        const offset = this.known(queue);
        if (offset === undefined) return;
        try {
          await commitOffset(this.client, this.group, { queue, offset, oneway: !wait });
        } catch (error) {
          this.client.logger.warn("offset not committed", {
            ...queue,
            offset,
            error: messageOf(error),
          });
        }
      }),
    );
  }
}
