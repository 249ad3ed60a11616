/** Reads the log record by record, as recovery and the dispatch of old records do. Upstream: CommitLog.checkMessageAndReturnSize. [S-REC-1] */
import { crc32 } from "../../base/crc32.js";
import { RocketmqError } from "../../base/errors.js";
import { readInt64 } from "../../base/int64.js";
import { recordParts, type RecordParts } from "../../message/decode.js";
import {
  MIN_RECORD_SIZE,
  Magic,
  RecordField,
  storeTimestampAt,
} from "../../message/record-layout.js";
import type { SegmentFile } from "../segment/segment-file.js";
import type { SegmentQueue } from "../segment/segment-queue.js";

/** One record as the scan sees it; valid only until the visitor returns. */
export interface ScannedRecord {
  bytes: Buffer;
  at: number;
  size: number;
  physicalOffset: number;
  parts: RecordParts;
}

const WINDOW = 1 << 20;

export interface ScanOptions {
  from: number;
  /** Records that begin here or later are not looked at. */
  to?: number;
  checkCrc: boolean;
  /** Returning false ends the scan before this record. */
  visit?: (record: ScannedRecord) => boolean;
}

/** Visits valid records in order; returns where the last one ends. Stops at the first that is not valid. */
export function scanLog(segments: SegmentQueue, options: ScanOptions): number {
  const to = options.to ?? Infinity;
  let end = options.from;
  let file = segments.fileAt(end);
  while (file !== undefined) {
    const scanned = scanFile(file, end, { ...options, to });
    end = scanned.end;
    if (!scanned.goesOn || end >= to) return end;
    const next = segments.fileBehind(file);
    if (next !== undefined) end = next.startOffset;
    file = next;
  }
  return end;
}

/** Reads a file through a window that moves with the records. */
class Window {
  private readonly file: SegmentFile;
  private start = 0;
  private length = 0;
  bytes: Buffer = Buffer.allocUnsafe(WINDOW);

  constructor(file: SegmentFile) {
    this.file = file;
  }

  /** Index in `bytes` where `length` bytes from `offset` stand; undefined when the file ends before. */
  find(offset: number, length: number): number | undefined {
    if (offset + length > this.file.endOffset) return undefined;
    if (offset < this.start || offset + length > this.start + this.length) {
      if (length > this.bytes.length) this.bytes = Buffer.allocUnsafe(length);
      this.start = offset;
      this.length = this.file.read(offset, this.bytes);
      if (this.length < length) return undefined;
    }
    return offset - this.start;
  }
}

function scanFile(
  file: SegmentFile,
  from: number,
  options: ScanOptions & { to: number },
): { end: number; goesOn: boolean } {
  const window = new Window(file);
  let offset = from;
  while (offset < file.endOffset && offset < options.to) {
    const head = window.find(offset, 8);
    if (head === undefined) return { end: offset, goesOn: false };
    if (window.bytes.readInt32BE(head + 4) === Magic.BLANK) return { end: offset, goesOn: true };
    const size = window.bytes.readInt32BE(head);
    if (size < MIN_RECORD_SIZE) return { end: offset, goesOn: false };
    const at = window.find(offset, size);
    if (at === undefined) return { end: offset, goesOn: false };
    const parts = checkRecord(window.bytes.subarray(0, at + size), at, {
      physicalOffset: offset,
      checkCrc: options.checkCrc,
    });
    if (parts === undefined) return { end: offset, goesOn: false };
    const record = { bytes: window.bytes, at, size, physicalOffset: offset, parts };
    if (options.visit?.(record) === false) return { end: offset, goesOn: false };
    offset += size;
  }
  return { end: offset, goesOn: true };
}

/** The parts of a record when it is valid: magic, lengths, its own offset and, if asked for, the checksum of its body. */
function checkRecord(
  bytes: Buffer,
  at: number,
  expected: { physicalOffset: number; checkCrc: boolean },
): RecordParts | undefined {
  const magic = bytes.readInt32BE(at + RecordField.MAGIC);
  if (magic !== Magic.V1 && magic !== Magic.V2) return undefined;
  const parts = recordParts(bytes, at);
  if (parts === undefined || parts.end !== at + bytes.readInt32BE(at)) return undefined;
  try {
    if (readInt64(bytes, at + RecordField.PHYSICAL_OFFSET) !== expected.physicalOffset) {
      return undefined;
    }
  } catch (error) {
    if (error instanceof RocketmqError) return undefined;
    throw error;
  }
  if (expected.checkCrc && parts.bodyLength > 0) {
    const body = bytes.subarray(parts.bodyAt, parts.bodyAt + parts.bodyLength);
    if (crc32(body) !== bytes.readInt32BE(at + RecordField.BODY_CRC)) return undefined;
  }
  return parts;
}

/** Why no record begins at the end of the log; undefined when nothing was ever written there. */
export function explainEnd(
  segments: SegmentQueue,
  offset: number,
  checkCrc: boolean,
): string | undefined {
  const file = segments.fileAt(offset);
  if (file === undefined) return undefined;
  const window = new Window(file);
  const head = window.find(offset, 8);
  if (head === undefined) return "less than 8 bytes are left in the file";
  const size = window.bytes.readInt32BE(head);
  const magic = window.bytes.readInt32BE(head + 4);
  if (size === 0 && magic === 0) return undefined;
  if (magic === Magic.BLANK) return "the file ends with a blank, and there is none behind it";
  if (magic !== Magic.V1 && magic !== Magic.V2) {
    return `${(magic >>> 0).toString(16).padStart(8, "0")} is not the magic of a record`;
  }
  if (size < MIN_RECORD_SIZE) return `a record cannot have ${size} bytes`;
  const at = window.find(offset, size);
  if (at === undefined) return "the record would go on behind the end of its file";
  const bytes = window.bytes.subarray(0, at + size);
  const parts = recordParts(bytes, at);
  if (parts === undefined || parts.end !== at + size) {
    return "the lengths of the parts of the record do not add up to its size";
  }
  if (checkRecord(bytes, at, { physicalOffset: offset, checkCrc: false }) === undefined) {
    return "the record says that it stands elsewhere";
  }
  return checkCrc ? "the body of the record does not have its checksum" : "unknown";
}

/** Store time of the first record of a file; undefined when it does not begin with one. */
export function firstStoreTimestamp(file: SegmentFile): number | undefined {
  const head = Buffer.alloc(RecordField.BORN_HOST + 20 + 8);
  file.read(file.startOffset, head);
  const magic = head.readInt32BE(RecordField.MAGIC);
  if (magic !== Magic.V1 && magic !== Magic.V2) return undefined;
  const time = readInt64(head, storeTimestampAt(head.readInt32BE(RecordField.SYS_FLAG)));
  return time === 0 ? undefined : time;
}
