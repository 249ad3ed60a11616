/**
 * An entry of a consume queue, 20 bytes. Upstream: ConsumeQueue. [S-CQ-1]
 *
 *     0 physical offset int64   8 size int32   12 tagsCode int64
 */
import { writeInt64 } from "../../base/int64.js";

export const ENTRY_SIZE = 20;

const HIGH = 0x1_0000_0000;
/** Size in an entry that stands in front of the first real one. [S-CQ-3] */
const FILLER_SIZE = 0x7fffffff;

export function writeEntry(
  into: Buffer,
  at: number,
  entry: { physicalOffset: number; size: number; tagsCode: number },
): void {
  writeInt64(into, entry.physicalOffset, at);
  into.writeInt32BE(entry.size, at + 8);
  writeInt64(into, entry.tagsCode, at + 12);
}

/** -1 when what stands there cannot be an offset. */
export function entryPhysicalOffset(bytes: Buffer, at: number): number {
  const high = bytes.readInt32BE(at);
  return high < 0 || high > 0x1fffff ? -1 : high * HIGH + bytes.readUInt32BE(at + 4);
}

export function entrySize(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at + 8);
}

/** As a number: tag hashes and delivery times fit; addresses in an ext file (far below zero) lose their low bits. */
export function entryTagsCode(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at + 12) * HIGH + bytes.readUInt32BE(at + 16);
}

export function isReadable(bytes: Buffer, at: number): boolean {
  return entryPhysicalOffset(bytes, at) >= 0 && entrySize(bytes, at) > 0;
}

export function isFiller(bytes: Buffer, at: number): boolean {
  return entrySize(bytes, at) === FILLER_SIZE && entryPhysicalOffset(bytes, at) === 0;
}

/** `count` fillers for the head of a queue that does not begin at a file's start. */
export function fillers(count: number): Buffer {
  const bytes = Buffer.alloc(count * ENTRY_SIZE);
  for (let i = 0; i < count; i++) bytes.writeInt32BE(FILLER_SIZE, i * ENTRY_SIZE + 8);
  return bytes;
}
