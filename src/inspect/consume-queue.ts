import { javaHashCode } from "../../engine/base/java-hash.js";
import { ENTRY_SIZE, isFiller, isReadable } from "../../engine/store/consume-queue/queue-entry.js";
import { type FieldSource, unitFields } from "./hex-dump.js";
import type { Layout } from "./layout.js";
import { oneQueue, type QueueChoice, type QueuePath } from "./queue-folders.js";
import { segmentPaths } from "./store-files.js";
import { expectFree, unitsOf } from "./units.js";

/** [S-CQ-1] */
const LAYOUT: Layout = [
  { name: "physicalOffset", type: "int64" },
  { name: "size", type: "int32" },
  { name: "tagsCode", type: "int64" },
];

export interface ConsumeQueueEntry {
  topic: string;
  queueId: number;
  queueOffset: number;
  physicalOffset: number;
  size: number;
  /** Hash of the tag; the time of delivery in the delay topic; the address of a unit in the queue's ext file. */
  tagsCode: bigint;
  /** Byte in the queue's ext files where its unit is; null when it has none. [S-CQX-1] */
  extOffset: number | null;
  file: string;
}

/** Addresses of ext units begin here. */
const EXT_BASE = -(2n ** 63n);
const LAST_EXT = -(2n ** 31n) - 1n;

/** The entries of one queue from a queue offset on, fillers left out; ends at the first that was never written. */
export function* queueEntries(queue: QueuePath, from = 0): Generator<ConsumeQueueEntry> {
  const files = segmentPaths(queue.path);
  for (const { bytes, at, position, file } of unitsOf(files, ENTRY_SIZE, from * ENTRY_SIZE)) {
    if (!isReadable(bytes, at)) {
      const where = {
        what: "entry of a consume queue",
        file: file.path,
        at: position - file.start,
      };
      return expectFree(bytes.subarray(at, at + ENTRY_SIZE), where);
    }
    if (isFiller(bytes, at)) continue;
    const tagsCode = bytes.readBigInt64BE(at + 12);
    yield {
      topic: queue.topic,
      queueId: queue.queueId,
      queueOffset: position / ENTRY_SIZE,
      physicalOffset: Number(bytes.readBigInt64BE(at)),
      size: bytes.readInt32BE(at + 8),
      tagsCode,
      extOffset: tagsCode <= LAST_EXT ? Number(tagsCode - EXT_BASE) : null,
      file: file.path,
    };
  }
}

/** What queues keep of a tag. [S-CQ-2] */
export function tagHash(tag: string): bigint {
  return BigInt(javaHashCode(tag));
}

/** The address of a byte in ext files, as an entry has it. [S-CQX-1] */
export function extAddress(position: number): bigint {
  return BigInt(position) + EXT_BASE;
}

export function consumeQueueFields(path: string, choice: QueueChoice): FieldSource {
  return {
    files: segmentPaths(oneQueue(path, choice, "consumequeue").path),
    fields: (_file, reader, range) => unitFields(reader, range, { unit: LAYOUT }),
  };
}
