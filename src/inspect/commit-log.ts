import { crc32 } from "../../engine/base/crc32.js";
import { readInt64 } from "../../engine/base/int64.js";
import { decodeRecord, recordParts } from "../../engine/message/decode.js";
import type { Message } from "../../engine/message/message.js";
import { Magic, MIN_RECORD_SIZE, RecordField } from "../../engine/message/record-layout.js";
import { FileReader, type SegmentPath, segmentPaths } from "./store-files.js";

/** One record that decodes. */
export interface LogRecord {
  physicalOffset: number;
  file: string;
  message: Message;
  /** Does the body agree with its checksum? */
  crc: "ok" | "bad";
}

/** Where the records end, and what stands there. */
export interface LogEnd {
  offset: number;
  /** `free`: nothing was written behind it; `torn`: bytes that are no record; `full`: the last file is filled. */
  state: "free" | "torn" | "full";
  /** What is wrong with the bytes of a torn end. */
  reason?: string;
}

/** Where to look; offsets are physical. */
export interface LogRange {
  from?: number | undefined;
  /** Exclusive. */
  to?: number | undefined;
}

const WINDOW = 4 * 1024 * 1024;
const HEAD = 8;

/** A commit log, read from its files: a running broker's, a dead one's, or a copy. Never writes. */
export class CommitLogReader {
  /** Set when all was read. */
  end: LogEnd | undefined;
  private readonly files: SegmentPath[];

  constructor(path: string) {
    this.files = segmentPaths(path);
  }

  /** Every record in order; ends where the first bytes are that do not decode. */
  *records(range: LogRange = {}): Generator<LogRecord> {
    let expected: number | undefined;
    for (const file of this.files) {
      if (range.to !== undefined && file.start >= range.to) return;
      if (expected !== undefined && file.start !== expected) {
        this.end = {
          offset: expected,
          state: "torn",
          reason: `the next file begins at ${String(file.start)}`,
        };
        return;
      }
      expected = file.start + file.size;
      if (range.from !== undefined && expected <= range.from) continue;
      const reader = new FileReader(file.path);
      try {
        if (!(yield* this.recordsOf(file, { reader, range }))) return;
      } finally {
        reader.close();
      }
    }
    this.end = { offset: expected ?? 0, state: this.files.length === 0 ? "free" : "full" };
  }

  /** True when the file is filled and the next one follows. */
  private *recordsOf(
    file: SegmentPath,
    { reader, range }: { reader: FileReader; range: LogRange },
  ): Generator<LogRecord, boolean> {
    let window = Buffer.alloc(0);
    let windowAt = 0;
    const bytes = (at: number, length: number): Buffer => {
      if (at < windowAt || at + length > windowAt + window.length) {
        windowAt = at;
        window = reader.read(at, Math.max(WINDOW, length)) as Buffer<ArrayBuffer>;
      }
      return window.subarray(at - windowAt, at - windowAt + length);
    };
    for (let at = 0; at < file.size;) {
      const offset = file.start + at;
      if (range.to !== undefined && offset >= range.to) return false;
      const head = bytes(at, HEAD);
      if (head.length < HEAD) break;
      const size = head.readInt32BE(0);
      const magic = head.readInt32BE(4);
      if (magic === Magic.BLANK) return true;
      if (size === 0 && magic === 0) {
        this.end = { offset, state: "free" };
        return false;
      }
      const reason =
        magic !== Magic.V1 && magic !== Magic.V2
          ? "no magic code"
          : sizeProblem(size, file.size - at);
      const record = reason === undefined ? bytes(at, size) : undefined;
      const problem = reason ?? problemOf(record!, offset);
      if (problem !== undefined) {
        this.end = { offset, state: "torn", reason: problem };
        return false;
      }
      at += size;
      if (range.from !== undefined && offset + size <= range.from) continue;
      const message = decodeRecord(Buffer.from(record!));
      const crc = crc32(message.storedBody) === message.bodyCrc ? "ok" : "bad";
      yield { physicalOffset: offset, file: file.path, message, crc };
    }
    return true;
  }
}

function sizeProblem(size: number, left: number): string | undefined {
  if (size < MIN_RECORD_SIZE) return `a record of ${String(size)} bytes`;
  if (size > left) return `a record of ${String(size)} bytes where ${String(left)} are left`;
  return undefined;
}

function problemOf(record: Buffer, offset: number): string | undefined {
  const parts = recordParts(record, 0);
  if (parts?.end !== record.length) return "lengths that do not add up";
  let own: number;
  try {
    own = readInt64(record, RecordField.PHYSICAL_OFFSET);
  } catch {
    return "a physical offset that is none";
  }
  return own === offset ? undefined : `a record that says it stands at ${String(own)}`;
}
