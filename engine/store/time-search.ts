/** From a time to a queue offset, by the rules of 5.1.4 and later. Upstream: ConsumeQueue.getOffsetInQueueByTime. [S-TIME-1] */
import { recordStoreTimestamp } from "./query.js";
import type { CommitLog } from "./commit-log/commit-log.js";
import type { ConsumeQueue } from "./consume-queue/consume-queue.js";
import { entryPhysicalOffset } from "./consume-queue/queue-entry.js";

/** Bytes of a record that hold its store time, whatever its hosts. */
const HEAD = 48 + 20 + 8;

/** Store time of the record at a queue offset; -1 when there is none. */
export function storeTimeAt(queue: ConsumeQueue, log: CommitLog, offset: number): number {
  const range = queue.read(offset, 1);
  if (range.count === 0) return -1;
  const physicalOffset = entryPhysicalOffset(range.bytes, range.at);
  if (physicalOffset < log.minOffset) return -1;
  const head = log.read(physicalOffset, HEAD);
  return head === undefined ? -1 : recordStoreTimestamp(head);
}

/** Lower: the first entry stored at `time` or later. Upper: the last one stored at `time` or earlier. */
export function offsetByTime(
  queue: ConsumeQueue,
  log: CommitLog,
  wanted: { time: number; boundary: "lower" | "upper" },
): number {
  const { minOffset, maxOffset } = queue;
  if (maxOffset <= minOffset) return maxOffset;
  const isBefore = (time: number): boolean =>
    wanted.boundary === "lower" ? time < wanted.time : time <= wanted.time;
  let low = minOffset;
  let high = maxOffset;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (isBefore(storeTimeAt(queue, log, middle))) low = middle + 1;
    else high = middle;
  }
  return wanted.boundary === "lower" ? low : Math.max(minOffset, low - 1);
}
