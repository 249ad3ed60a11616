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
