import { crc32 } from "node:zlib";
import { Magic, MIN_RECORD_SIZE } from "../../../engine/message/record-layout.js";
import { SysFlag } from "../../../engine/message/sys-flag.js";

/** Why bytes are no valid record. */
export const Wrong = {
  NOTHING: 0,
  MAGIC: 1,
  SIZE: 2,
  LENGTHS: 3,
  OFFSET: 4,
  CRC: 5,
} as const;

export const WRONG_TEXT = [
  "nothing",
  "the magic code is none of a record",
  "the size of the record cannot be",
  "the lengths inside the record do not add up",
  "the record says that it stands at another physical offset",
  "the body does not have the checksum that the record says",
] as const;

export const HIGH = 0x1_0000_0000;
const BOTH_V6 = SysFlag.BORNHOST_V6 | SysFlag.STOREHOST_V6;
const MOST_BESIDE_BODY = 33_100;

/**
 * Checks records where they stand in a buffer, without making an object of any: what is read of the last one that was
 * looked at stays in the fields. Positions count from the start of the buffer.
 */
export class RecordCheck {
  total = 0;
  sysFlag = 0;
  queueId = 0;
  queueOffset = 0;
  storeTimestamp = 0;
  bodyAt = 0;
  bodyLength = 0;
  topicAt = 0;
  topicLength = 0;
  propertiesAt = 0;
  /** End of the properties and of the record. */
  end = 0;

  /** The size that a record claims, if that may be: `left` bytes of the file are left. 0 when it may not. */
  plausibleSize(view: DataView, at: number, left: number): number {
    const total = view.getInt32(at);
    if (total < MIN_RECORD_SIZE || total > left) return 0;
    if (left < MIN_RECORD_SIZE) return 0;
    const bodyLength = view.getInt32(at + 68 + hostBytes(view.getInt32(at + 36)));
    const beside = total - bodyLength;
    return bodyLength >= 0 && beside >= MIN_RECORD_SIZE && beside <= MOST_BESIDE_BODY ? total : 0;
  }

  /** Everything about one record, all of whose `plausibleSize` bytes are in the buffer. One of `Wrong`. */
  check(view: DataView, at: number, physicalOffset: number): number {
    const magic = view.getInt32(at + 4);
    if (magic !== Magic.V1 && magic !== Magic.V2) return Wrong.MAGIC;
    const parts = this.readParts(view, at, magic);
    if (parts !== Wrong.NOTHING) return parts;
    if (view.getInt32(at + 28) * HIGH + view.getUint32(at + 32) !== physicalOffset) {
      return Wrong.OFFSET;
    }
    if (this.bodyLength > 0) {
      const crc = crc32(
        // costs less than a part of a Buffer, and `buffer` of a view less than that of a Buffer
        new Uint8Array(view.buffer, view.byteOffset + this.bodyAt, this.bodyLength),
      );
      if ((crc & 0x7fffffff) !== view.getInt32(at + 8)) return Wrong.CRC;
    } else if (view.getInt32(at + 8) !== 0) return Wrong.CRC;
    return Wrong.NOTHING;
  }

  /** The fields and lengths alone; LENGTHS when they do not add up. */
  readParts(view: DataView, at: number, magic: number): number {
    const total = view.getInt32(at);
    const sysFlag = view.getInt32(at + 36);
    const hosts = hostBytes(sysFlag);
    const bodyAt = at + 72 + hosts;
    const bodyLength = view.getInt32(bodyAt - 4);
    const end = at + total;
    this.total = total;
    this.sysFlag = sysFlag;
    this.queueId = view.getInt32(at + 12);
    this.queueOffset = view.getInt32(at + 20) * HIGH + view.getUint32(at + 24);
    const storeAt = at + ((sysFlag & SysFlag.BORNHOST_V6) === 0 ? 56 : 68);
    this.storeTimestamp = view.getInt32(storeAt) * HIGH + view.getUint32(storeAt + 4);
    this.bodyAt = bodyAt;
    this.bodyLength = bodyLength;
    if (bodyLength < 0) return Wrong.LENGTHS;
    const isWide = magic === Magic.V2;
    const topicAt = bodyAt + bodyLength + (isWide ? 2 : 1);
    if (topicAt + 2 > end) return Wrong.LENGTHS;
    const topicLength = isWide ? view.getInt16(topicAt - 2) : view.getInt8(topicAt - 1);
    const propertiesAt = topicAt + topicLength + 2;
    if (topicLength < 0 || propertiesAt > end) return Wrong.LENGTHS;
    const propertiesLength = view.getInt16(propertiesAt - 2);
    this.topicAt = topicAt;
    this.topicLength = topicLength;
    this.propertiesAt = propertiesAt;
    this.end = end;
    return propertiesLength >= 0 && propertiesAt + propertiesLength === end
      ? Wrong.NOTHING
      : Wrong.LENGTHS;
  }
}

/** Bytes of both hosts, without what 16 bytes of two IPv4 hosts would be counted in the fixed part. */
function hostBytes(sysFlag: number): number {
  if ((sysFlag & BOTH_V6) === 0) return 16;
  return (
    ((sysFlag & SysFlag.BORNHOST_V6) === 0 ? 8 : 20) +
    ((sysFlag & SysFlag.STOREHOST_V6) === 0 ? 8 : 20)
  );
}
