import { type FieldSource, unitFields } from "./hex-dump.js";
import { type Layout, layoutLength } from "./layout.js";
import { oneQueue, type QueueChoice, type QueuePath } from "./queue-folders.js";
import { segmentPaths } from "./store-files.js";
import { expectFree, unitsOf } from "./units.js";

/** A unit of a batch consume queue. Upstream: BatchConsumeQueue. [S-BCQ-1] */
const LAYOUT: Layout = [
  { name: "physicalOffset", type: "int64" },
  { name: "size", type: "int32" },
  { name: "tagsCode", type: "int64" },
  { name: "storeTimestamp", type: "int64", unit: "ms" },
  { name: "baseOffset", type: "int64" },
  { name: "batchSize", type: "int16" },
  { name: "compactedOffset", type: "int32" },
  { name: "reserved", type: "int32" },
];
const UNIT = layoutLength(LAYOUT);

export interface BatchQueueEntry {
  topic: string;
  queueId: number;
  /** Byte of the unit in the queue's files. */
  position: number;
  /** Queue offset of the first message. */
  baseOffset: number;
  /** Messages in the record. */
  batchSize: number;
  physicalOffset: number;
  size: number;
  tagsCode: bigint;
  storeTimestamp: number;
  /** −1 when nothing was compacted. */
  compactedOffset: number;
  file: string;
}

/** The units of one queue from a byte of its files on; ends at the first that was never written. */
export function* batchQueueEntries(queue: QueuePath, from = 0): Generator<BatchQueueEntry> {
  for (const { bytes, at, position, file } of unitsOf(segmentPaths(queue.path), UNIT, from)) {
    const size = bytes.readInt32BE(at + 8);
    const baseOffset = Number(bytes.readBigInt64BE(at + 28));
    const physicalOffset = Number(bytes.readBigInt64BE(at));
    if (size <= 0 || physicalOffset < 0 || baseOffset < 0) {
      const where = { what: "unit of a batch queue", file: file.path, at: position - file.start };
      return expectFree(bytes.subarray(at, at + UNIT), where);
    }
    yield {
      topic: queue.topic,
      queueId: queue.queueId,
      position,
      baseOffset,
      batchSize: bytes.readInt16BE(at + 36),
      physicalOffset,
      size,
      tagsCode: bytes.readBigInt64BE(at + 12),
      storeTimestamp: Number(bytes.readBigInt64BE(at + 20)),
      compactedOffset: bytes.readInt32BE(at + 38),
      file: file.path,
    };
  }
}

/** Where the unit behind an entry begins. */
export function behindBatch({ position }: BatchQueueEntry): number {
  return position + UNIT;
}

export function batchQueueFields(path: string, choice: QueueChoice): FieldSource {
  return {
    files: segmentPaths(oneQueue(path, choice, "batchconsumequeue").path),
    fields: (_file, reader, range) => unitFields(reader, range, { unit: LAYOUT }),
  };
}
