import { extAddress } from "./consume-queue.js";
import type { ByteRange, FieldSource } from "./hex-dump.js";
import { touching } from "./hex-dump.js";
import { type ByteField, type Layout, layoutFields, layoutLength } from "./layout.js";
import { oneQueue, type QueueChoice, type QueuePath } from "./queue-folders.js";
import { FileReader, segmentPaths } from "./store-files.js";
import { expectFree } from "./units.js";

/** What stands before the bit map of a unit. Upstream: ConsumeQueueExt.CqExtUnit. [S-CQX-1] */
const HEAD: Layout = [
  { name: "size", type: "int16" },
  { name: "tagsCode", type: "int64" },
  { name: "storeTimestamp", type: "int64", unit: "ms" },
  { name: "bitMapSize", type: "int16" },
];
const HEAD_SIZE = layoutLength(HEAD);
/** Stands alone where the units of a file end. */
const END = -1;
const WINDOW = 1 << 20;

export interface ExtQueueUnit {
  topic: string;
  queueId: number;
  /** Byte of the unit in the queue's ext files. */
  position: number;
  /** What an entry of the consume queue has as its tagsCode. */
  address: bigint;
  size: number;
  tagsCode: bigint;
  storeTimestamp: number;
  bitMapSize: number;
  /** In hex. */
  bitMap: string;
  file: string;
}

/** The units of one queue's ext files from a byte on; ends at the first that was never written. */
export function* extQueueUnits(queue: QueuePath, from = 0): Generator<ExtQueueUnit> {
  for (const file of segmentPaths(queue.path)) {
    if (file.start + file.size <= from) continue;
    const reader = new FileReader(file.path);
    try {
      let end = Math.max(0, from - file.start);
      for (const { bytes, at } of unitsFrom(reader, end)) {
        const position = file.start + at;
        end = at + bytes.length;
        yield {
          topic: queue.topic,
          queueId: queue.queueId,
          position,
          address: extAddress(position),
          size: bytes.length,
          tagsCode: bytes.readBigInt64BE(2),
          storeTimestamp: Number(bytes.readBigInt64BE(10)),
          bitMapSize: bytes.readInt16BE(18),
          bitMap: bytes.toString("hex", HEAD_SIZE),
          file: file.path,
        };
      }
      const mark = reader.read(end, 2);
      if (mark.length < 2 || mark.readInt16BE(0) !== END) {
        const where = { what: "unit of an extended queue", file: file.path, at: end };
        return expectFree(reader.read(end, HEAD_SIZE), where);
      }
    } finally {
      reader.close();
    }
  }
}

/** The units of one file, each with its bytes; up to the mark of the end, or what is none. */
function* unitsFrom(reader: FileReader, first: number): Generator<{ bytes: Buffer; at: number }> {
  let window = reader.read(first, WINDOW);
  let windowAt = first;
  for (let at = first; ;) {
    if (at + (1 << 15) > windowAt + window.length && windowAt + window.length < reader.size) {
      window = reader.read(at, WINDOW);
      windowAt = at;
    }
    const bytes = window.subarray(at - windowAt);
    const size = bytes.length < HEAD_SIZE ? 0 : bytes.readInt16BE(0);
    if (size < HEAD_SIZE || size > bytes.length || bytes.readInt16BE(18) !== size - HEAD_SIZE)
      return;
    yield { bytes: bytes.subarray(0, size), at };
    at += size;
  }
}

export function extQueueFields(path: string, choice: QueueChoice): FieldSource {
  return {
    files: segmentPaths(oneQueue(path, choice, "consumequeue_ext").path),
    fields: (_file, reader, range) => fields(reader, range),
  };
}

function* fields(reader: FileReader, range: ByteRange): Generator<ByteField> {
  let end = 0;
  for (const { bytes, at } of unitsFrom(reader, 0)) {
    end = at + bytes.length;
    if (at >= range.to) return;
    if (end <= range.from) continue;
    const bitMap = { name: "bitMap", type: "bytes", length: bytes.length - HEAD_SIZE } as const;
    yield* touching(layoutFields([...HEAD, bitMap], bytes, at), range);
  }
  const mark = reader.read(end, 2);
  if (mark.length === 2 && mark.readInt16BE(0) === END) {
    yield* touching(
      [{ at: end, length: 2, name: "size", record: null, value: "-1, the end" }],
      range,
    );
    end += 2;
  }
  const from = Math.max(end, range.from);
  if (from < range.to)
    yield { at: from, length: range.to - from, name: "(no unit)", record: null, value: null };
}
