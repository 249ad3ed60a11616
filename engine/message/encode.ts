/** Messages to stored records, straight into a buffer. Upstream: MessageExtEncoder. [S-LOG-1] */
import { crc32 } from "../base/crc32.js";
import { writeInt64 } from "../base/int64.js";
import { addressBytes, writeHost, type Host } from "./host.js";
import { MAX_V1_TOPIC_LENGTH, MIN_RECORD_SIZE, Magic } from "./record-layout.js";
import { SysFlag } from "./sys-flag.js";

/** What a record is made of, apart from its place. */
export interface RecordContent {
  topic: string;
  queueId: number;
  flag: number;
  sysFlag: number;
  bornTimestamp: number;
  bornHost: Host;
  storeHost: Host;
  reconsumeTimes: number;
  preparedTransactionOffset: number;
  body: Buffer;
  /** The encoded property string. */
  properties: string;
}

/** What the store decides as it appends. */
export interface RecordPlace {
  queueOffset: number;
  physicalOffset: number;
  storeTimestamp: number;
}

/** Byte lengths of a record, measured once and used for checks and for writing. */
export interface RecordMeasure {
  size: number;
  topicLength: number;
  propertiesLength: number;
}

/** How large the record will be. */
export function measureRecord(content: RecordContent): RecordMeasure {
  const topicLength = Buffer.byteLength(content.topic);
  const propertiesLength = Buffer.byteLength(content.properties);
  const hosts =
    addressBytes(content.bornHost.address).length + addressBytes(content.storeHost.address).length;
  const fixed = MIN_RECORD_SIZE + hosts - 8 + (topicLength > MAX_V1_TOPIC_LENGTH ? 1 : 0);
  return {
    size: fixed + content.body.length + topicLength + propertiesLength,
    topicLength,
    propertiesLength,
  };
}

/** Writes the record at `at` of `into`, which has room for `measure.size` bytes. */
export function encodeRecord(
  into: Buffer,
  at: number,
  record: { content: RecordContent; place: RecordPlace; measure: RecordMeasure },
): void {
  const { content, place, measure } = record;
  const wide = measure.topicLength > MAX_V1_TOPIC_LENGTH;
  into.writeInt32BE(measure.size, at);
  into.writeInt32BE(wide ? Magic.V2 : Magic.V1, at + 4);
  into.writeInt32BE(crc32(content.body), at + 8);
  into.writeInt32BE(content.queueId, at + 12);
  into.writeInt32BE(content.flag, at + 16);
  writeInt64(into, place.queueOffset, at + 20);
  writeInt64(into, place.physicalOffset, at + 28);
  into.writeInt32BE(sysFlagWithHosts(content), at + 36);
  writeInt64(into, content.bornTimestamp, at + 40);
  let to = at + 48;
  to += writeHost(into, content.bornHost, to);
  writeInt64(into, place.storeTimestamp, to);
  to += 8;
  to += writeHost(into, content.storeHost, to);
  into.writeInt32BE(content.reconsumeTimes, to);
  writeInt64(into, content.preparedTransactionOffset, to + 4);
  into.writeInt32BE(content.body.length, to + 12);
  to += 16;
  into.set(content.body, to);
  to += content.body.length;
  to = wide ? into.writeInt16BE(measure.topicLength, to) : into.writeInt8(measure.topicLength, to);
  into.write(content.topic, to, measure.topicLength, "utf8");
  to = into.writeInt16BE(measure.propertiesLength, to + measure.topicLength);
  into.write(content.properties, to, measure.propertiesLength, "utf8");
}

/** The record as a buffer of its own (clients, tests); the store writes into its tail instead. */
export function recordBytes(content: RecordContent, place: RecordPlace): Buffer {
  const measure = measureRecord(content);
  const bytes = Buffer.alloc(measure.size);
  encodeRecord(bytes, 0, { content, place, measure });
  return bytes;
}

/** The broker itself says which hosts are IPv6, whatever the client claimed. */
function sysFlagWithHosts(content: RecordContent): number {
  let flag = content.sysFlag & ~(SysFlag.BORNHOST_V6 | SysFlag.STOREHOST_V6);
  if (addressBytes(content.bornHost.address).length === 16) flag |= SysFlag.BORNHOST_V6;
  if (addressBytes(content.storeHost.address).length === 16) flag |= SysFlag.STOREHOST_V6;
  return flag;
}
