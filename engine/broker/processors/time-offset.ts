/** Which offset of a queue belongs to a time. Upstream: ConsumeQueue.getOffsetInQueueByTime. */
import type { BrokerContext } from "../broker-context.js";

export interface TimeOfQueue {
  topic: string;
  queueId: number;
  /** Milliseconds. */
  timestamp: bigint;
  boundary?: "lower" | "upper";
}

/** Where a queue is read from that is to begin at a time. */
export function offsetOfTime(context: BrokerContext, wanted: TimeOfQueue): number {
  const { release, store } = context;
  const { topic, queueId, timestamp, boundary = "lower" } = wanted;
  return release.timeSearch === "nearest"
    ? nearest(context, wanted)
    : store.offsetByTime(topic, queueId, timestamp, boundary);
}

/** Of two messages that are as near the earlier one; the last one when nothing is later. */
function nearest({ store }: BrokerContext, { topic, queueId, timestamp }: TimeOfQueue): number {
  const later = store.offsetByTime(topic, queueId, timestamp, "lower");
  const earlier = later - 1;
  if (earlier < store.minOffset(topic, queueId)) return Math.max(0, later);
  if (later >= store.maxOffset(topic, queueId)) return earlier;
  const wanted = Number(timestamp);
  const after = store.storeTimeAt(topic, queueId, later) - wanted;
  const before = wanted - store.storeTimeAt(topic, queueId, earlier);
  return after === 0 || before > after ? later : earlier;
}
