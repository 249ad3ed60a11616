import type { MessageStore } from "../../../store/store-api.js";

/** First and next queue offset as admin answers show them: a queue that was never written to is 0 to 0. */
export function queueRange(
  store: MessageStore,
  topic: string,
  queueId: number,
): { min: number; max: number } {
  return {
    min: Math.max(0, store.minOffset(topic, queueId)),
    max: Math.max(0, store.maxOffset(topic, queueId)),
  };
}

/**
 * Queues that a topic may have. Upstream has no limit, so that one slip of the finger fills the memory of whoever walks
 * over all queues; no topic in use comes near this one.
 */
export const MOST_QUEUES = 65_536;

/** How many queues of a topic that is said to have so many are walked over. */
export function queueCount(count: number): number {
  return Math.min(Math.max(0, count), MOST_QUEUES);
}

/** Ids of so many queues. */
export function queueIds(count: number): number[] {
  return Array.from({ length: queueCount(count) }, (_, queueId) => queueId);
}
