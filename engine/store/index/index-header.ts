/**
 * The layout of an index file. Upstream: IndexHeader, IndexFile. [S-IDX-1]
 *
 *     header 40:  0 beginTimestamp int64   8 endTimestamp int64   16 beginPhyOffset int64   24 endPhyOffset int64
 *                32 hashSlotCount int32   36 indexCount int32 (number of the next entry, from 1)
 *     slots:     maxHashSlotNum × int32, number of the newest entry of the chain, 0 = none
 *     entries:   maxIndexNum × 20: 0 key hash int32   4 physical offset int64   12 seconds since beginTimestamp int32
 *                16 previous entry of the slot int32. Entry 0 is never used.
 */
import { javaHashCode } from "../../base/java-hash.js";
import { readInt64, writeInt64 } from "../../base/int64.js";

export const HEADER_SIZE = 40;
export const SLOT_SIZE = 4;
export const INDEX_ENTRY_SIZE = 20;

const INT_MIN = -2147483648;

export interface IndexHeader {
  beginTimestamp: number;
  endTimestamp: number;
  beginPhysicalOffset: number;
  endPhysicalOffset: number;
  hashSlotCount: number;
  indexCount: number;
}

export function readIndexHeader(bytes: Buffer): IndexHeader {
  return {
    beginTimestamp: readInt64(bytes, 0),
    endTimestamp: readInt64(bytes, 8),
    beginPhysicalOffset: readInt64(bytes, 16),
    endPhysicalOffset: readInt64(bytes, 24),
    hashSlotCount: bytes.readInt32BE(32),
    indexCount: Math.max(1, bytes.readInt32BE(36)),
  };
}

export function writeIndexHeader(into: Buffer, header: IndexHeader): void {
  writeInt64(into, header.beginTimestamp, 0);
  writeInt64(into, header.endTimestamp, 8);
  writeInt64(into, header.beginPhysicalOffset, 16);
  writeInt64(into, header.endPhysicalOffset, 24);
  into.writeInt32BE(header.hashSlotCount, 32);
  into.writeInt32BE(header.indexCount, 36);
}

/** Hash of a key in an index: the absolute value of Java's hash, 0 for the one that has none. [S-IDX-2] */
export function keyHash(topic: string, key: string): number {
  const hash = javaHashCode(`${topic}#${key}`);
  return hash === INT_MIN ? 0 : Math.abs(hash);
}

/** File name: local time, 17 digits. */
export function indexFileName(timeMs: number): string {
  const date = new Date(timeMs);
  const pad = (value: number, digits = 2): string => String(value).padStart(digits, "0");
  return (
    pad(date.getFullYear(), 4) +
    pad(date.getMonth() + 1) +
    pad(date.getDate()) +
    pad(date.getHours()) +
    pad(date.getMinutes()) +
    pad(date.getSeconds()) +
    pad(date.getMilliseconds(), 3)
  );
}
