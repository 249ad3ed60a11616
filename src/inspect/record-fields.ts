import { isUtf8 } from "node:buffer";
import { crc32 } from "../../engine/base/crc32.js";
import { type RecordParts, recordParts } from "../../engine/message/decode.js";
import { hostText, readHost } from "../../engine/message/host.js";
import {
  bodyLengthAt,
  bornAddressLength,
  Magic,
  MIN_RECORD_SIZE,
  RecordField,
  storeAddressLength,
  storeTimestampAt,
} from "../../engine/message/record-layout.js";
import { SysFlag } from "../../engine/message/sys-flag.js";
import { CommitLogReader } from "./commit-log.js";
import type { ByteRange, FieldSource } from "./hex-dump.js";
import { touching } from "./hex-dump.js";
import { type ByteField, timeText } from "./layout.js";
import { type LogPlace, logFolders } from "./log-folders.js";
import type { FileReader, SegmentPath } from "./store-files.js";

/** What the bytes of a commit log are, also of one that does not decode: records are known by their own offset. */
export function commitLogFields(path: string, place: LogPlace): FieldSource {
  return { files: new CommitLogReader(path, logFolders(path, place)).files, fields };
}

/** First three bytes of both magic codes. */
const MAGIC_START = Buffer.from([0xda, 0xa3, 0x20]);
const BLANK_BYTES = Buffer.from([0xcb, 0xd4, 0x31, 0x94]);
const CHUNK = 1 << 20;
/** Bytes from the start of a record that tell it: PHYSICALOFFSET is the last of them. */
const HEAD = RecordField.PHYSICAL_OFFSET + 8;
const SHOWN_TEXT = 60;

function* fields(file: SegmentPath, reader: FileReader, range: ByteRange): Generator<ByteField> {
  let at = startBefore(file, reader, range.from) ?? range.from;
  while (at < range.to) {
    const length = lengthAt(file, reader, at);
    if (length !== undefined) {
      yield* touching(recordFields(reader.read(at, length), at), range);
      at += length;
      continue;
    }
    if (isBlank(reader, at)) {
      yield* touching(blankFields(reader, at), range);
      return;
    }
    const next = startBehind(file, reader, { from: at + 1, to: range.to }) ?? range.to;
    const from = Math.max(at, range.from);
    if (next > from) {
      const isFree = reader.read(from, next - from).every((byte) => byte === 0);
      const name = isFree ? "(zeros)" : "(no record)";
      yield { at: from, length: next - from, name, record: null, value: null };
    }
    at = next;
  }
}

/** Start of the last record, or of the blank, at or before a place. */
function startBefore(file: SegmentPath, reader: FileReader, place: number): number | undefined {
  for (let to = place; to > -1; to -= CHUNK) {
    const from = Math.max(0, to - CHUNK + 1);
    // what begins in front of `to` may end behind it
    const bytes = reader.read(from, to - from + 1 + HEAD);
    for (const at of startsBackwards(bytes, to - from)) {
      if (isRecord(file, bytes, { at, from }) || isBlank(reader, from + at)) return from + at;
    }
  }
  return undefined;
}

/** Places from `last` back where the magic code of a record or of a blank stands at its place. */
function* startsBackwards(bytes: Buffer, last: number): Generator<number> {
  for (let at = last; at >= 0;) {
    const record = bytes.lastIndexOf(MAGIC_START, at + 4) - 4;
    const blank = bytes.lastIndexOf(BLANK_BYTES, at + 4) - 4;
    at = Math.max(record, blank);
    if (at < 0) return;
    yield at;
    at--;
  }
}

function startBehind(
  file: SegmentPath,
  reader: FileReader,
  { from, to }: ByteRange,
): number | undefined {
  const bytes = reader.read(from, to - from + HEAD);
  for (let at = 0; at < to - from; at++) {
    at = bytes.indexOf(MAGIC_START, at + 4) - 4;
    if (at < 0) return undefined;
    if (at < to - from && isRecord(file, bytes, { at, from })) return from + at;
  }
  return undefined;
}

/** Whether a record begins there that says it stands there, whatever else is wrong with it. */
function isRecord(
  file: SegmentPath,
  bytes: Buffer,
  { at, from }: { at: number; from: number },
): boolean {
  if (at + HEAD > bytes.length) return false;
  const magic = bytes.readInt32BE(at + RecordField.MAGIC);
  return (
    (magic === Magic.V1 || magic === Magic.V2) &&
    bytes.readBigInt64BE(at + RecordField.PHYSICAL_OFFSET) === BigInt(file.start + from + at)
  );
}

/** Bytes of the record that begins there; undefined when none does. */
function lengthAt(file: SegmentPath, reader: FileReader, at: number): number | undefined {
  const head = reader.read(at, HEAD);
  if (!isRecord(file, head, { at: 0, from: at })) return undefined;
  const total = head.readInt32BE(RecordField.TOTAL_SIZE);
  const left = reader.size - at;
  if (total >= MIN_RECORD_SIZE && total <= left) return total;
  // a size that cannot be: the record has what its parts say, else it goes on to the next one
  const next = startBehind(file, reader, { from: at + 1, to: Math.min(reader.size, at + CHUNK) });
  const length = next === undefined ? Math.min(left, CHUNK) : next - at;
  if (length < MIN_RECORD_SIZE) return length;
  return recordParts(reader.read(at, length), 0)?.end ?? length;
}

function isBlank(reader: FileReader, at: number): boolean {
  const head = reader.read(at, 8);
  return (
    head.length === 8 &&
    head.readInt32BE(4) === Magic.BLANK &&
    head.readInt32BE(0) === reader.size - at
  );
}

function blankFields(reader: FileReader, at: number): ByteField[] {
  const length = reader.size - at;
  return [
    { at, length: 4, name: "TOTALSIZE", record: at, value: String(length) },
    { at: at + 4, length: 4, name: "MAGICCODE", record: at, value: "blank" },
    { at: at + 8, length: length - 8, name: "(blank)", record: at, value: null },
  ].filter((field) => field.length > 0);
}

/** The fields of a record that begins at byte `start` of its file, as far as its lengths lead. [S-LOG-1] */
export function recordFields(bytes: Buffer, start: number): ByteField[] {
  const found: ByteField[] = [];
  const add = (
    at: number,
    length: number,
    about: { name: string; value?: string | null },
  ): void => {
    const there = Math.min(length, bytes.length - at);
    if (there <= 0) return;
    const value = there === length ? (about.value ?? null) : null;
    found.push({ at: start + at, length: there, name: about.name, record: start, value });
  };
  const int = (at: number): string | null =>
    at + 4 <= bytes.length ? String(bytes.readInt32BE(at)) : null;
  const long = (at: number): string | null =>
    at + 8 <= bytes.length ? String(bytes.readBigInt64BE(at)) : null;
  const time = (at: number): string | null =>
    at + 8 <= bytes.length ? timeText(bytes.readBigInt64BE(at)) : null;
  const parts = bytes.length < MIN_RECORD_SIZE ? undefined : recordParts(bytes, 0);
  const sysFlag =
    bytes.length < RecordField.BORN_TIMESTAMP ? 0 : bytes.readInt32BE(RecordField.SYS_FLAG);
  const hosts = { born: bornAddressLength(sysFlag), store: storeAddressLength(sysFlag) };
  const host = (at: number, length: number): string | null =>
    at + length + 4 <= bytes.length ? hostText(readHost(bytes, at, length)) : null;
  add(RecordField.TOTAL_SIZE, 4, { name: "TOTALSIZE", value: sizeText(bytes, parts) });
  add(RecordField.MAGIC, 4, {
    name: "MAGICCODE",
    value: bytes.readInt32BE(4) === Magic.V2 ? "V2" : "V1",
  });
  add(RecordField.BODY_CRC, 4, { name: "BODYCRC", value: crcText(bytes, parts) });
  add(RecordField.QUEUE_ID, 4, { name: "QUEUEID", value: int(RecordField.QUEUE_ID) });
  add(RecordField.FLAG, 4, { name: "FLAG", value: int(RecordField.FLAG) });
  add(RecordField.QUEUE_OFFSET, 8, { name: "QUEUEOFFSET", value: long(RecordField.QUEUE_OFFSET) });
  add(RecordField.PHYSICAL_OFFSET, 8, {
    name: "PHYSICALOFFSET",
    value: long(RecordField.PHYSICAL_OFFSET),
  });
  add(RecordField.SYS_FLAG, 4, { name: "SYSFLAG", value: flagText(sysFlag) });
  add(RecordField.BORN_TIMESTAMP, 8, {
    name: "BORNTIMESTAMP",
    value: time(RecordField.BORN_TIMESTAMP),
  });
  add(RecordField.BORN_HOST, hosts.born + 4, {
    name: "BORNHOST",
    value: host(RecordField.BORN_HOST, hosts.born),
  });
  const stored = storeTimestampAt(sysFlag);
  add(stored, 8, { name: "STORETIMESTAMP", value: time(stored) });
  add(stored + 8, hosts.store + 4, { name: "STOREHOST", value: host(stored + 8, hosts.store) });
  const after = stored + 12 + hosts.store;
  add(after, 4, { name: "RECONSUMETIMES", value: int(after) });
  add(after + 4, 8, { name: "PREPAREDTRANSACTIONOFFSET", value: long(after + 4) });
  const bodyLength = bodyLengthAt(sysFlag);
  add(bodyLength, 4, { name: "BODYLENGTH", value: int(bodyLength) });
  if (parts === undefined)
    add(bodyLength + 4, bytes.length - bodyLength - 4, { name: "(lengths do not add up)" });
  else addParts(bytes, parts, add);
  return found;
}

type Add = (at: number, length: number, about: { name: string; value?: string | null }) => void;

function addParts(bytes: Buffer, parts: RecordParts, add: Add): void {
  const { bodyAt, topicAt, topicLength, propertiesAt, propertiesLength, end } = parts;
  const body = bytes.subarray(bodyAt, bodyAt + parts.bodyLength);
  add(bodyAt, body.length, { name: "BODY", value: textOf(body) });
  const lengthAt = bodyAt + body.length;
  add(lengthAt, topicAt - lengthAt, { name: "TOPICLENGTH", value: String(topicLength) });
  add(topicAt, topicLength, {
    name: "TOPIC",
    value: textOf(bytes.subarray(topicAt, topicAt + topicLength)),
  });
  add(propertiesAt - 2, 2, { name: "PROPERTIESLENGTH", value: String(propertiesLength) });
  // one field a property: name, 01, value, 02
  for (let at = propertiesAt; at < end;) {
    const stop = bytes.indexOf(2, at);
    const next = stop < 0 || stop >= end ? end : stop + 1;
    const text = bytes.toString("utf8", at, stop === next - 1 ? stop : next);
    const split = text.indexOf("\u0001");
    const name = split < 0 ? text : text.slice(0, split);
    const value = split < 0 ? null : text.slice(split + 1);
    add(at, next - at, { name: `PROPERTY ${name}`, value });
    at = next;
  }
  add(end, bytes.length - end, { name: "(behind the properties)" });
}

function sizeText(bytes: Buffer, parts: RecordParts | undefined): string | null {
  if (bytes.length < 4) return null;
  const total = bytes.readInt32BE(0);
  const isWrong = total !== bytes.length || parts?.end !== total;
  return isWrong ? `${String(total)}, which is not what its parts have` : String(total);
}

function crcText(bytes: Buffer, parts: RecordParts | undefined): string | null {
  if (bytes.length < 12) return null;
  const stored = bytes.readInt32BE(RecordField.BODY_CRC);
  if (parts === undefined) return String(stored);
  const own = crc32(bytes.subarray(parts.bodyAt, parts.bodyAt + parts.bodyLength));
  return own === stored
    ? `${String(stored)} ok`
    : `${String(stored)} bad: the body has ${String(own)}`;
}

/** Text that is text, no longer than a line takes. */
function textOf(bytes: Buffer): string | null {
  if (bytes.length === 0 || !isUtf8(bytes)) return null;
  const text = bytes.toString("utf8");
  if (/\p{Cc}/u.test(text)) return null;
  return text.length > SHOWN_TEXT ? `${text.slice(0, SHOWN_TEXT)}…` : text;
}

const TRANSACTIONS = ["", "prepared", "committed", "rolled back"];
const COMPRESSIONS = ["", "LZ4", "ZSTD", "ZLIB"];

/** The bits of SYSFLAG in words. [S-SYS-1] */
export function flagText(flag: number): string {
  const words = [
    (flag & 1) !== 0 ? "compressed" : "",
    (flag & 2) !== 0 ? "multi tags" : "",
    TRANSACTIONS[(flag >> 2) & 3] ?? "",
    (flag & SysFlag.BORNHOST_V6) !== 0 ? "born host IPv6" : "",
    (flag & SysFlag.STOREHOST_V6) !== 0 ? "store host IPv6" : "",
    (flag & 0x40) !== 0 ? "to be unwrapped" : "",
    (flag & 0x80) !== 0 ? "inner batch" : "",
    COMPRESSIONS[(flag >> 8) & 7] ?? "",
  ].filter((word) => word !== "");
  return [String(flag), ...words].join(", ");
}
