import { javaHashCode } from "../../engine/base/java-hash.js";

const LOAD_FACTOR = 0.75;

/**
 * Items in the order a java.util.HashMap or HashSet walks them. Upstream prints some maps and sets as they are, so
 * this order is part of its text; where order means nothing our commands sort instead.
 */
export function hashOrder<T>(
  items: Iterable<T>,
  options: { hash: (item: T) => number; capacity?: number },
): T[] {
  const list = [...items];
  let capacity = options.capacity ?? 16;
  while (list.length > capacity * LOAD_FACTOR) capacity *= 2;
  return list
    .map((item, index) => ({ item, index, bucket: bucketOf(options.hash(item), capacity) }))
    .sort((a, b) => a.bucket - b.bucket || a.index - b.index)
    .map(({ item }) => item);
}

/** Texts in the order of a HashSet of them. */
export function textHashOrder(texts: Iterable<string>, capacity?: number): string[] {
  return hashOrder(texts, { hash: javaHashCode, ...(capacity === undefined ? {} : { capacity }) });
}

/** MessageQueue.hashCode of upstream. */
export function queueHash(queue: { topic: string; brokerName: string; queueId: number }): number {
  const withBroker = (31 + javaHashCode(queue.brokerName)) | 0;
  const withQueue = (Math.imul(31, withBroker) + queue.queueId) | 0;
  return (Math.imul(31, withQueue) + javaHashCode(queue.topic)) | 0;
}

function bucketOf(hash: number, capacity: number): number {
  return (hash ^ (hash >>> 16)) & (capacity - 1);
}
