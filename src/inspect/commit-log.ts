import { messageOf } from "../../engine/base/errors.js";
import { crc32 } from "../../engine/base/crc32.js";
import { codecsFor } from "../../engine/message/compression/body.js";
import { decodeRecord, recordParts } from "../../engine/message/decode.js";
import type { Message } from "../../engine/message/message.js";
import { Magic, MIN_RECORD_SIZE } from "../../engine/message/record-layout.js";
import { type LogGap, LogResume } from "./log-resume.js";
import {
  FileReader,
  hasSegments,
  partOfStore,
  type SegmentPath,
  segmentPaths,
  segmentsOf,
} from "./store-files.js";

/** One record that decodes. */
export interface LogRecord {
  physicalOffset: number;
  file: string;
  message: Message;
  /** The record as it is stored. */
  bytes: Buffer;
  /** Does the body agree with its checksum? */
  crc: "ok" | "bad";
}

/** Loads what the body of a message needs to be inflated; undefined when nothing is missing. */
export function bodyReady(message: Message): Promise<void> | undefined {
  return codecsFor([message]);
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
  /** Where a record begins, or will: nothing before it is looked at. */
  start?: number | undefined;
  /** Told of bytes that are no record where records follow: then reading goes on behind them, and ends there without. */
  onGap?: ((gap: LogGap) => void) | undefined;
}

const WINDOW = 4 * 1024 * 1024;
const HEAD = 8;
const ATTEMPTS = 6;

/** A commit log, read from its files: a running broker's, a dead one's, or a copy. Never writes. */
export class CommitLogReader {
  /** Set when all was read. */
  end: LogEnd | undefined;
  readonly files: readonly SegmentPath[];

  private readonly path: string;
  private resume: LogResume | undefined;
  private lastStored = 0;

  /** `folders`: those that hold the log, where it is not in the store's own. */
  constructor(path: string, folders?: readonly string[]) {
    this.path = path;
    this.files =
      folders === undefined
        ? segmentPaths(partOfStore(path, "commitlog", hasSegments))
        : segmentsOf(folders);
  }

  /** Every record in order; ends where the first bytes are that do not decode, unless `onGap` is there. */
  *records(range: LogRange = {}): Generator<LogRecord> {
    try {
      yield* this.allRecords(range);
    } finally {
      this.resume?.close();
      this.resume = undefined;
    }
  }

  private *allRecords(range: LogRange): Generator<LogRecord> {
    let expected: number | undefined;
    for (const file of this.files) {
      if (range.to !== undefined && file.start >= range.to) return;
      if (expected !== undefined && file.start !== expected) {
        const reason = `the next file begins at ${String(file.start)}`;
        if (range.onGap === undefined) {
          this.end = { offset: expected, state: "torn", reason };
          return;
        }
        if (file.start > expected) range.onGap({ from: expected, to: file.start, reason });
      }
      expected = file.start + file.size;
      if (expected <= Math.max(range.from ?? 0, range.start ?? 0)) continue;
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
    const view = new View(reader);
    for (let at = Math.max(0, (range.start ?? 0) - file.start); at < file.size;) {
      const offset = file.start + at;
      if (range.to !== undefined && offset >= range.to) return false;
      const found = settled(view, () => recordAt(view, file, at));
      if (found === "blank") return true;
      if (found === "free" || "reason" in found) {
        const next = range.onGap === undefined ? -1 : this.behind(view, file, at);
        if (next >= 0) {
          // what a broker wrote meanwhile is no damage
          view.forget();
          if (isNowRecord(recordAt(view, file, at))) continue;
          const reason = found === "free" ? "zeros, though records follow" : found.reason;
          range.onGap?.({ from: offset, to: file.start + next, reason });
          at = next;
          continue;
        }
        this.end =
          found === "free"
            ? { offset, state: "free" }
            : { offset, state: "torn", reason: found.reason };
        return false;
      }
      const { message, bytes, crc } = found;
      at += message.storeSize;
      this.lastStored = message.storeTimestamp;
      if (range.from !== undefined && file.start + at <= range.from) continue;
      yield { physicalOffset: offset, file: file.path, message, bytes, crc };
    }
    return true;
  }

  /** Where the log goes on behind a place of a file, at most at the end of that; -1 when it does not. */
  private behind(view: View, file: SegmentPath, at: number): number {
    this.resume ??= new LogResume(this.path);
    const next = this.resume.find(file, at, this.lastStored);
    // a blank alone may be of an earlier life
    if (next >= 0 && next < file.size && recordAt(view, file, next) !== "blank") return next;
    const following = this.files[this.files.indexOf(file) + 1];
    const goesOn = following !== undefined && this.resume.beginsLive(following, this.lastStored);
    return goesOn ? (next < 0 ? file.size : next) : -1;
  }
}

function isNowRecord(found: Found): boolean {
  return typeof found === "object" && "message" in found;
}

/** A file through a window, as a file is read that somebody may be writing to. */
class View {
  private readonly reader: FileReader;
  private window: Buffer = Buffer.alloc(0);
  private windowAt = 0;

  constructor(reader: FileReader) {
    this.reader = reader;
  }

  /** Up to `length` bytes; fewer at the end of the file. */
  bytes(at: number, length: number): Buffer {
    if (at < this.windowAt || at + length > this.windowAt + this.window.length) {
      this.windowAt = at;
      this.window = this.reader.read(at, Math.max(WINDOW, length));
    }
    return this.window.subarray(at - this.windowAt, at - this.windowAt + length);
  }

  /** Reads anew next time. */
  forget(): void {
    this.window = Buffer.alloc(0);
  }
}

type Found = Pick<LogRecord, "message" | "bytes" | "crc"> | { reason: string } | "free" | "blank";

/** What a broker is just writing looks torn for a moment: only what stays so is. */
function settled(view: View, look: () => Found): Found {
  for (let attempt = 1; ; attempt++) {
    const found = look();
    const isWrong = typeof found === "object" && ("reason" in found || found.crc === "bad");
    if (!isWrong || attempt === ATTEMPTS) return found;
    view.forget();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, attempt);
  }
}

/** What stands at a place of a file. */
function recordAt(view: View, file: SegmentPath, at: number): Found {
  const left = file.size - at;
  const head = view.bytes(at, HEAD);
  if (head.length < HEAD) {
    return head.some((byte) => byte !== 0)
      ? { reason: `${String(left)} bytes that are no record` }
      : "free";
  }
  const size = head.readInt32BE(0);
  const magic = head.readInt32BE(4);
  if (magic === Magic.BLANK) return "blank";
  if (size === 0 && magic === 0) return "free";
  if (magic !== Magic.V1 && magic !== Magic.V2) return { reason: "no magic code" };
  const problem = sizeProblem(size, left);
  if (problem !== undefined) return { reason: problem };
  const record = Buffer.from(view.bytes(at, size));
  const reason =
    record.length < size ? "the file has become shorter" : problemOf(record, file.start + at);
  if (reason !== undefined) return { reason };
  const message = decodeRecord(record);
  const crc = crc32(message.storedBody) === message.bodyCrc ? "ok" : "bad";
  return { message, bytes: record, crc };
}

function sizeProblem(size: number, left: number): string | undefined {
  if (size < MIN_RECORD_SIZE) return `a record of ${String(size)} bytes`;
  if (size > left) return `a record of ${String(size)} bytes where ${String(left)} are left`;
  return undefined;
}

function problemOf(record: Buffer, offset: number): string | undefined {
  const parts = recordParts(record, 0);
  if (parts?.end !== record.length) return "lengths that do not add up";
  try {
    const own = decodeRecord(record).physicalOffset;
    return own === offset ? undefined : `a record that says it stands at ${String(own)}`;
  } catch (error) {
    return messageOf(error);
  }
}
