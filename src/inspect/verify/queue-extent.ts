import { FILLER_SIZE, type QueueWindow } from "./queue-table.js";
import { HIGH } from "./record-check.js";

/** A queue as its entries say. */
export interface QueueExtent {
  topic: string;
  queueId: number;
  /** First entry in its files, first of a record that is in the log, and behind the last. */
  first: number;
  min: number;
  end: number;
  /** End of the record of its last entry, as a broker takes it for the end of what was dispatched; -1 without one. */
  maxPhysical: number;
  /** Its entries have to be put right. */
  isWrong: boolean;
  /** Entries that do not lead to their message. */
  bad: Set<number>;
  /** Behind the last entry that leads into the log, and where that record ends. */
  goodEnd: number;
  goodPhysical: number;
  /** Behind the last entry that had a message, whether that is whole or not: its number is not to be given again. */
  usedEnd: number;
  /** Entries that fit a whole record in place and size, though that says it belongs elsewhere. */
  suspects: { entry: number; physical: number; size: number }[];
}

export function endOfEntry(queue: QueueWindow, entry: number): number {
  const at = entry < 0 ? -1 : queue.find(entry);
  if (at < 0) return -1;
  const view = queue.view as DataView;
  return isFiller(view, at) ? -1 : offsetAt(view, at) + view.getInt32(at + 8);
}

export function offsetAt(view: DataView, at: number): number {
  return view.getInt32(at) * HIGH + view.getUint32(at + 4);
}

export function isReadable(view: DataView, at: number): boolean {
  return offsetAt(view, at) >= 0 && view.getInt32(at + 8) > 0;
}

export function isFiller(view: DataView, at: number): boolean {
  return view.getInt32(at + 8) === FILLER_SIZE && offsetAt(view, at) === 0;
}
