/** Which queue the next message goes to. Upstream: TopicPublishInfo, MQFaultStrategy.selectOneMessageQueue. */
import type { FaultTolerance } from "./fault-tolerance.js";
import type { MessageQueue } from "./message-queue.js";

/** Round robin over one topic's queues. */
export class QueueChoice {
  readonly queues: readonly MessageQueue[];
  private next: number;

  /** `first` is where the round begins: a random one, so that many producers do not start on the same queue. */
  constructor(queues: readonly MessageQueue[], first = Math.floor(Math.random() * 0x7fffffff)) {
    this.queues = queues;
    this.next = first;
  }

  /** The next queue, on another broker than `avoid` and on an available one where that is possible. */
  select(avoid?: string, faults?: FaultTolerance): MessageQueue | undefined {
    if (faults !== undefined) {
      const available = this.find(
        (q) => q.brokerName !== avoid && faults.isAvailable(q.brokerName),
      );
      if (available !== undefined) return available;
    }
    if (avoid !== undefined) {
      const other = this.find((queue) => queue.brokerName !== avoid);
      if (other !== undefined) return other;
    }
    return this.find(() => true);
  }

  private find(accepts: (queue: MessageQueue) => boolean): MessageQueue | undefined {
    const count = this.queues.length;
    for (let i = 0; i < count; i++) {
      const queue = this.queues[this.next % count];
      this.next = (this.next + 1) % 0x7fffffff;
      if (queue !== undefined && accepts(queue)) return queue;
    }
    return undefined;
  }
}
