import { crc32 } from "node:zlib";
import { Magic, MIN_RECORD_SIZE } from "../../engine/message/record-layout.js";
import { SysFlag } from "../../engine/message/sys-flag.js";

/**
 * Topic of the records that stand where damaged ones stood. They count as rolled back transactions: every release of Apache's
 * scans over them, and none puts them into a queue or into the index. [S-REPAIR-1]
 */
export const FILLER_TOPIC = "RMQ_SYS_REPAIR_FILLER";

/** The least that a filler needs. */
export const LEAST_FILLER = MIN_RECORD_SIZE + 1;
/** Larger stretches get several: a message may have 4 MiB. */
const LARGEST = 4 << 20;

/** Where fillers are to begin and what they have, over a stretch of `length` bytes. */
export function fillerSizes(length: number): number[] {
  const sizes: number[] = [];
  let left = length;
  while (left > LARGEST + LEAST_FILLER) {
    sizes.push(LARGEST);
    left -= LARGEST;
  }
  sizes.push(left);
  return sizes;
}

/** The bytes of a filler; its body is zeros. */
export function fillerRecord(about: {
  size: number;
  physicalOffset: number;
  storeTimestamp: number;
}): Buffer {
  const { size, physicalOffset, storeTimestamp } = about;
  const topic = Buffer.from(
    FILLER_TOPIC.slice(0, Math.max(1, Math.min(FILLER_TOPIC.length, size - MIN_RECORD_SIZE))),
  );
  const bytes = Buffer.alloc(size);
  const bodyLength = size - MIN_RECORD_SIZE - topic.length;
  bytes.writeInt32BE(size, 0);
  bytes.writeInt32BE(Magic.V1, 4);
  bytes.writeInt32BE(bodyLength === 0 ? 0 : crc32(Buffer.alloc(bodyLength)) & 0x7fffffff, 8);
  bytes.writeBigInt64BE(BigInt(physicalOffset), 28);
  bytes.writeInt32BE(SysFlag.TRANSACTION_ROLLBACK, 36);
  bytes.writeBigInt64BE(BigInt(storeTimestamp), 40);
  bytes.writeBigInt64BE(BigInt(storeTimestamp), 56);
  bytes.writeInt32BE(bodyLength, 84);
  const topicAt = 88 + bodyLength + 1;
  bytes.writeInt8(topic.length, topicAt - 1);
  topic.copy(bytes, topicAt);
  return bytes;
}
