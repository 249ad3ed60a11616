/** Stored records to messages. Upstream: MessageDecoder.decode, decodes. [S-LOG-1] */
import { CorruptError } from "../base/errors.js";
import { readInt64 } from "../base/int64.js";
import { readHost } from "./host.js";
import { Message } from "./message.js";
import { decodeProperties } from "./properties.js";
import {
  Magic,
  RecordField,
  bodyLengthAt,
  bornAddressLength,
  storeAddressLength,
  storeTimestampAt,
} from "./record-layout.js";

/** Where the parts of variable length of one record are; `end` is where the record ends by its own lengths. */
export interface RecordParts {
  bodyAt: number;
  bodyLength: number;
  topicAt: number;
  topicLength: number;
  propertiesAt: number;
  propertiesLength: number;
  end: number;
}

/** Follows the lengths inside a record; undefined when they lead out of the buffer or are negative. */
export function recordParts(bytes: Buffer, at: number): RecordParts | undefined {
  const sysFlag = bytes.readInt32BE(at + RecordField.SYS_FLAG);
  const wide = bytes.readInt32BE(at + RecordField.MAGIC) === Magic.V2;
  const bodyAt = at + bodyLengthAt(sysFlag) + 4;
  if (bodyAt > bytes.length) return undefined;
  const bodyLength = bytes.readInt32BE(bodyAt - 4);
  const topicAt = bodyAt + bodyLength + (wide ? 2 : 1);
  if (bodyLength < 0 || topicAt > bytes.length) return undefined;
  const topicLength = wide ? bytes.readInt16BE(topicAt - 2) : bytes.readInt8(topicAt - 1);
  const propertiesAt = topicAt + topicLength + 2;
  if (topicLength < 0 || propertiesAt > bytes.length) return undefined;
  const propertiesLength = bytes.readInt16BE(propertiesAt - 2);
  const end = propertiesAt + propertiesLength;
  if (propertiesLength < 0 || end > bytes.length) return undefined;
  return { bodyAt, bodyLength, topicAt, topicLength, propertiesAt, propertiesLength, end };
}

/** The message in the record that begins at `at`; its body is a view into `bytes`. */
export function decodeRecord(bytes: Buffer, at = 0): Message {
  if (bytes.length - at < RecordField.BORN_HOST) throw broken(at, "is cut short");
  const magic = bytes.readInt32BE(at + RecordField.MAGIC);
  if (magic !== Magic.V1 && magic !== Magic.V2) throw broken(at, "has no magic code");
  const storeSize = bytes.readInt32BE(at);
  const parts = recordParts(bytes, at);
  if (parts?.end !== at + storeSize) throw broken(at, "has lengths that do not add up");
  const sysFlag = bytes.readInt32BE(at + RecordField.SYS_FLAG);
  const storeTimeAt = at + storeTimestampAt(sysFlag);
  const afterHosts = storeTimeAt + 8 + storeAddressLength(sysFlag) + 4;
  const { bodyAt, topicAt, propertiesAt } = parts;
  return new Message({
    storeSize,
    bodyCrc: bytes.readInt32BE(at + RecordField.BODY_CRC),
    queueId: bytes.readInt32BE(at + RecordField.QUEUE_ID),
    flag: bytes.readInt32BE(at + RecordField.FLAG),
    queueOffset: readInt64(bytes, at + RecordField.QUEUE_OFFSET),
    physicalOffset: readInt64(bytes, at + RecordField.PHYSICAL_OFFSET),
    sysFlag,
    bornTimestamp: readInt64(bytes, at + RecordField.BORN_TIMESTAMP),
    bornHost: readHost(bytes, at + RecordField.BORN_HOST, bornAddressLength(sysFlag)),
    storeTimestamp: readInt64(bytes, storeTimeAt),
    storeHost: readHost(bytes, storeTimeAt + 8, storeAddressLength(sysFlag)),
    reconsumeTimes: bytes.readInt32BE(afterHosts),
    preparedTransactionOffset: readInt64(bytes, afterHosts + 4),
    storedBody: bytes.subarray(bodyAt, bodyAt + parts.bodyLength),
    topic: bytes.toString("utf8", topicAt, topicAt + parts.topicLength),
    properties: decodeProperties(bytes.toString("utf8", propertiesAt, parts.end)),
  });
}

/** All messages of records that stand back to back, as in the body of a pull response. */
export function decodeRecords(bytes: Buffer): Message[] {
  const messages: Message[] = [];
  for (let at = 0; at < bytes.length;) {
    const message = decodeRecord(bytes, at);
    messages.push(message);
    at += message.storeSize;
  }
  return messages;
}

function broken(at: number, what: string): CorruptError {
  return new CorruptError(`the message record at byte ${at} ${what}`);
}
