import type { MessageQueue } from "../protocol/bodies/message-queue.js";

export type { MessageQueue } from "../protocol/bodies/message-queue.js";

/** Text that identifies a queue, to key maps with. */
export function queueKey({ topic, brokerName, queueId }: MessageQueue): string {
  return `${topic}\u0001${brokerName}\u0001${queueId}`;
}

/** Upstream's order: topic, broker name, queue id. */
export function compareQueues(a: MessageQueue, b: MessageQueue): number {
  return (
    compareText(a.topic, b.topic) ||
    compareText(a.brokerName, b.brokerName) ||
    a.queueId - b.queueId
  );
}

/** String.compareTo of Java: by UTF-16 code units, not by locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
