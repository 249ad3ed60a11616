import { bean, beanTable, type Entry, int, type Shape, text } from "../shape.js";

/** One queue of a topic at one broker. Upstream: MessageQueue. */
export interface MessageQueue {
  topic: string;
  brokerName: string;
  queueId: number;
}

export const messageQueueShape: Shape<MessageQueue> = bean<MessageQueue>({
  brokerName: text,
  queueId: int,
  topic: text,
});

/**
 * An entry of a map whose keys are queues. Such maps are arrays of entries here, in the peer's order: an object key
 * has no identity in JavaScript.
 */
export type QueueEntry<T> = Entry<MessageQueue, T>;

export function queueTable<T>(item: Shape<T>): Shape<QueueEntry<T>[]> {
  return beanTable(messageQueueShape, item);
}
