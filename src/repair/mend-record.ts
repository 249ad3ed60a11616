import { crc32 } from "node:zlib";
import { recordParts } from "../../engine/message/decode.js";
import { Magic } from "../../engine/message/record-layout.js";
import { SysFlag } from "../../engine/message/sys-flag.js";
import { RecordCheck, Wrong } from "../inspect/verify/record-check.js";

/** Fields by which a record is told to be valid: one wrong bit in one of them is found by trying. */
const TOTAL_SIZE = 0;
const MAGIC = 4;
const BODY_CRC = 8;
const QUEUE_ID = 12;
const QUEUE_OFFSET = 20;
const OWN_OFFSET = 28;
const SYS_FLAG = 36;
const HEAD = 96;

/**
 * The bytes of a record as they were before its frame was damaged: `bytes` is the whole stretch between two valid records.
 * Size, magic code and own offset are what they must be; of the other fields one bit may be wrong. Undefined when no such
 * change makes it valid: then the message itself is damaged.
 */
export function mendedRecord(bytes: Buffer, physicalOffset: number): Buffer | undefined {
  if (bytes.length < HEAD) return undefined;
  const copy = Buffer.from(bytes);
  const magic = copy.readInt32BE(MAGIC);
  copy.writeInt32BE(copy.length, TOTAL_SIZE);
  copy.writeBigInt64BE(BigInt(physicalOffset), OWN_OFFSET);
  const magics = magic === Magic.V1 || magic === Magic.V2 ? [magic] : [Magic.V1, Magic.V2];
  for (const one of magics) {
    copy.writeInt32BE(one, MAGIC);
    const found = withOneBit(copy, physicalOffset);
    if (found !== undefined) return found;
  }
  return undefined;
}

function withOneBit(bytes: Buffer, physicalOffset: number): Buffer | undefined {
  const check = new RecordCheck();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const wrong = (): number => check.check(view, 0, physicalOffset);
  const before = wrong();
  if (before === Wrong.NOTHING) return bytes;
  if (before === Wrong.CRC) return withChecksum(bytes, check);
  for (const at of lengthFields(bytes)) {
    for (let bit = 0; bit < 8; bit++) {
      bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << bit), at);
      if (wrong() === Wrong.NOTHING) return bytes;
      bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << bit), at);
    }
  }
  return undefined;
}

/** Bytes whose change makes the lengths not add up: flags of the hosts' size, and the three lengths. */
function* lengthFields(bytes: Buffer): Generator<number> {
  for (let at = SYS_FLAG; at < SYS_FLAG + 4; at++) yield at;
  const bodyAts = [84, 96, 108].filter((at) => at + 4 < bytes.length);
  for (const at of bodyAts) for (let i = 0; i < 4; i++) yield at + i;
  const isWide = bytes.readInt32BE(MAGIC) === Magic.V2;
  for (const at of bodyAts) {
    const topicLengthAt = at + 4 + bytes.readInt32BE(at);
    if (topicLengthAt < at + 4 || topicLengthAt + 2 > bytes.length) continue;
    yield topicLengthAt;
    if (isWide) yield topicLengthAt + 1;
    const topicAt = topicLengthAt + (isWide ? 2 : 1);
    const propertiesAt = topicAt + bytes.readUInt8(topicAt - 1);
    if (propertiesAt + 2 > bytes.length) continue;
    yield propertiesAt;
    yield propertiesAt + 1;
  }
}

/**
 * One bit of a body that was flipped never changes the checksum in one bit alone: when it differs in one, that bit of the
 * checksum is what was flipped.
 */
function withChecksum(bytes: Buffer, check: RecordCheck): Buffer | undefined {
  const stored = bytes.readInt32BE(BODY_CRC);
  const body = bytes.subarray(check.bodyAt, check.bodyAt + check.bodyLength);
  const actual = check.bodyLength === 0 ? 0 : crc32(body) & 0x7fffffff;
  const difference = (stored ^ actual) >>> 0;
  if ((difference & (difference - 1)) !== 0) return undefined;
  bytes.writeInt32BE(actual, BODY_CRC);
  return bytes;
}

/**
 * The bytes of a whole record as they were before one bit of its place was flipped: topic, queue, offset in it, or whether it
 * has one at all. `place` is what the queue says. Undefined when they differ in more than one bit.
 */
export function replacedRecord(
  bytes: Buffer,
  place: { topic: string; queueId: number; queueOffset: number },
): Buffer | undefined {
  const parts = recordParts(bytes, 0);
  const topic = Buffer.from(place.topic);
  if (parts?.end !== bytes.length || topic.length !== parts.topicLength) return undefined;
  const copy = Buffer.from(bytes);
  topic.copy(copy, parts.topicAt);
  copy.writeInt32BE(place.queueId, QUEUE_ID);
  copy.writeBigInt64BE(BigInt(place.queueOffset), QUEUE_OFFSET);
  const type = copy.readInt32BE(SYS_FLAG) & SysFlag.TRANSACTION_ROLLBACK;
  // open and rolled back ones stand in no queue: one bit makes them others
  if (type === SysFlag.TRANSACTION_PREPARED || type === SysFlag.TRANSACTION_ROLLBACK) {
    copy.writeInt32BE(copy.readInt32BE(SYS_FLAG) ^ SysFlag.TRANSACTION_PREPARED, SYS_FLAG);
  }
  let bits = 0;
  for (let at = 0; at < bytes.length && bits < 2; at++) {
    for (let rest = bytes.readUInt8(at) ^ copy.readUInt8(at); rest !== 0; rest &= rest - 1) bits++;
  }
  return bits === 1 ? copy : undefined;
}
