import { Magic } from "../../../engine/message/record-layout.js";
import { LARGEST_RECORD, LogWindow } from "./log-window.js";
import type { Overlay } from "./overlay.js";
import { RecordCheck, Wrong } from "./record-check.js";
import { Match, type QueueTable } from "./queue-table.js";
import type { RowFile } from "./stock.js";

/** A stretch of the log that holds no valid record, with valid ones behind it. Offsets are physical. */
export interface DamagedRange {
  from: number;
  to: number;
  /** One of `Wrong`; -1 for zeros, -2 for a blank in front of records. */
  wrong: number;
  /** One record, whose size is what it says. */
  isOneRecord: boolean;
  /** Valid records in the file before it. */
  recordsBefore: number;
}

/** The bytes that a record stands in, and a view of the same bytes. */
export interface RecordWindow {
  readonly bytes: Buffer;
  readonly view: DataView;
}

/** Gets every valid record; what is in `record` and `window` holds until it returns. */
export interface RecordVisitor {
  readonly queues: QueueTable;
  record(window: RecordWindow, record: RecordCheck, physicalOffset: number): void;
}

/** One file of the log, or a part of it, gone through. */
export interface FileWalk {
  start: number;
  records: number;
  damages: DamagedRange[];
  /** `blank`, `full`: the next file follows; `free`: nothing was written behind `end`; `torn`: bytes that are no record. */
  endKind: "blank" | "full" | "free" | "torn";
  /** Physical offset behind the last valid record, or of the chunk's end. */
  end: number;
  wrongAtEnd: number;
  firstStoreTimestamp: number;
  lastStoreTimestamp: number;
  /** Size that the blank at the end claims; 0 when there is none. */
  blankSize: number;
}

const ZEROS = -1;
const HEAD = 96;
const MAGIC_START = Buffer.from([0xda, 0xa3, 0x20]);
const BLANK_MAGIC = Buffer.from([0xcb, 0xd4, 0x31, 0x94]);

/** Goes through the records of log files. One walker is used for many files. */
export class LogWalk {
  /** Bytes gone through, for the progress. */
  bytesDone = 0;
  private readonly window: LogWindow;
  private readonly check = new RecordCheck();
  private readonly audit: RecordVisitor;
  private file: RowFile = { path: "", start: 0, size: 0 };
  private walk: FileWalk = emptyWalk(0);

  constructor(audit: RecordVisitor, overlay?: Overlay) {
    this.audit = audit;
    this.window = new LogWindow(overlay);
  }

  /** Goes through one file; gives way after every `step` bytes. */
  *run(file: RowFile, step: number): Generator<number, FileWalk> {
    this.file = file;
    this.walk = emptyWalk(file.start);
    this.window.open(file.path, file.size);
    let position = 0;
    let until = step;
    while (position >= 0 && position < file.size) {
      position = this.next(position, Math.min(until, file.size));
      const done = position < 0 ? file.size : position;
      until = done + step;
      yield done;
    }
    this.window.close();
    return this.walk;
  }

  /** Does the file go on where another one broke off: with a valid record that is not older? */
  beginsLive(file: RowFile, notBefore: number): boolean {
    this.file = file;
    this.walk = emptyWalk(file.start);
    this.window.open(file.path, file.size);
    try {
      return this.isRecord(0) && this.check.storeTimestamp >= notBefore;
    } finally {
      this.window.close();
    }
  }

  /** Behind `position`, where no record stands: the next record, blank or end of the file; -1 when it has none. */
  nextLive(file: RowFile, position: number, notBefore: number): number {
    this.file = file;
    this.walk = { ...emptyWalk(file.start), lastStoreTimestamp: notBefore };
    this.window.open(file.path, file.size);
    try {
      const head = this.window.find(position, 8);
      const isZeros = head >= 0 && this.window.view.getBigInt64(head) === 0n;
      return this.broken(position, isZeros ? ZEROS : Wrong.SIZE);
    } finally {
      this.window.close();
    }
  }

  /** Goes on until `until`; -1 when the file has ended. The hot loop of verify. */
  private next(from: number, until: number): number {
    const { window, check, walk, audit } = this;
    const { start, size } = this.file;
    let position = from;
    while (position < until) {
      const head = window.find(position, HEAD);
      if (head < 0) return this.nearEnd(position);
      const total = check.plausibleSize(window.view, head, size - position);
      if (total === 0 || total > LARGEST_RECORD) {
        const went = this.noRecord(position, head);
        if (went < 0) return -1;
        position = went;
        continue;
      }
      const at = window.find(position, total);
      if (at < 0) return this.broken(position, Wrong.SIZE);
      const wrong = check.check(window.view, at, start + position);
      if (wrong !== Wrong.NOTHING) {
        const went =
          wrong === Wrong.MAGIC
            ? this.noRecord(position, window.find(position, 8))
            : this.broken(position, wrong);
        if (went < 0) return -1;
        position = went;
        continue;
      }
      if (walk.records++ === 0) walk.firstStoreTimestamp = check.storeTimestamp;
      walk.lastStoreTimestamp = check.storeTimestamp;
      audit.record(window, check, start + position);
      position += total;
      walk.end = start + position;
    }
    if (position >= size) walk.endKind = "full";
    return position;
  }

  /** What cannot be a record: the blank, nothing, or damage. */
  private noRecord(position: number, head: number): number {
    const { view } = this.window;
    const magic = view.getInt32(head + 4);
    if (magic === Magic.BLANK) return this.blank(position, view.getInt32(head));
    if (magic === 0 && view.getInt32(head) === 0) return this.broken(position, ZEROS);
    return this.broken(
      position,
      magic === Magic.V1 || magic === Magic.V2 ? Wrong.SIZE : Wrong.MAGIC,
    );
  }

  /** The rest of the file is meant to hold nothing; a flipped magic code may only say so. */
  private blank(position: number, claimed: number): number {
    const { walk, file } = this;
    walk.blankSize = claimed;
    if (claimed !== file.size - position) {
      const found = this.search(position + 1);
      if (found >= 0 && found < file.size) return this.damaged(position, found, Wrong.MAGIC);
    }
    walk.endKind = "blank";
    return -1;
  }

  /** Fewer bytes than any record has are left. */
  private nearEnd(position: number): number {
    const left = this.file.size - position;
    const at = left >= 8 ? this.window.find(position, 8) : -1;
    const head = this.window.find(position, Math.min(8, left));
    if (at >= 0 && this.window.view.getInt32(at + 4) === Magic.BLANK) {
      return this.blank(position, this.window.view.getInt32(at));
    }
    const isFree = this.window.bytes
      .subarray(head, head + Math.min(8, left))
      .every((byte) => byte === 0);
    this.walk.endKind = isFree ? "free" : "torn";
    this.walk.wrongAtEnd = isFree ? ZEROS : Wrong.SIZE;
    return -1;
  }

  /** No valid record stands at `position`: goes on at the next one of this file, if there is one. */
  private broken(position: number, wrong: number): number {
    const { file, walk, window, check } = this;
    if (wrong !== ZEROS) {
      const head = window.find(position, HEAD);
      const size = head < 0 ? 0 : check.plausibleSize(window.view, head, file.size - position);
      const next = position + size;
      if (size > 0 && this.isStart(next)) return this.damaged(position, next, wrong);
    }
    const found = this.search(position + 1);
    if (found >= 0) return this.damaged(position, found, wrong);
    walk.endKind = wrong === ZEROS ? "free" : "torn";
    walk.wrongAtEnd = wrong;
    return -1;
  }

  private damaged(from: number, to: number, wrong: number): number {
    const { walk, file } = this;
    const head = this.window.find(from, HEAD);
    const claimed = head < 0 ? -1 : this.window.view.getInt32(head);
    walk.damages.push({
      from: file.start + from,
      to: file.start + to,
      wrong,
      isOneRecord: claimed === to - from,
      recordsBefore: walk.records,
    });
    walk.end = file.start + to;
    return to;
  }

  /** Could a record, the blank, or the end of the file be here? */
  private isStart(position: number): boolean {
    const { file } = this;
    if (position === file.size) return true;
    const at = this.window.find(position, 8);
    if (at < 0) return false;
    const { view } = this.window;
    const magic = view.getInt32(at + 4);
    if (magic === Magic.BLANK) return view.getInt32(at) === file.size - position;
    return this.isRecord(position);
  }

  private isRecord(position: number): boolean {
    const { window, check, file } = this;
    const head = window.find(position, HEAD);
    if (head < 0) return false;
    const total = check.plausibleSize(window.view, head, file.size - position);
    if (total === 0 || total > LARGEST_RECORD) return false;
    const at = window.find(position, total);
    if (at < 0) return false;
    return check.check(window.view, at, file.start + position) === Wrong.NOTHING;
  }

  /** The next place from `from` on where a live record or the file's blank stands; -1 when there is none. */
  private search(from: number): number {
    const { window, file } = this;
    for (let position = from; position < file.size;) {
      const filled = window.fill(position);
      if (filled <= 0) return -1;
      const at = position - window.start;
      const area = window.bytes.subarray(0, window.length);
      const magic = nextOf(area, at + 4);
      if (magic < 0) {
        if (window.start + window.length >= file.size) return -1;
        position = Math.max(position + 1, window.start + window.length - 11);
        window.load(position, 1);
        continue;
      }
      const candidate = window.start + magic - 4;
      if (this.isLive(candidate)) return candidate;
      position = candidate + 1;
    }
    return -1;
  }

  /** A valid record that belongs here; not one that an earlier life left behind the end. */
  private isLive(position: number): boolean {
    const { window, file, walk, check, audit } = this;
    const head = window.find(position, 8);
    if (head < 0) return false;
    if (window.view.getInt32(head + 4) === Magic.BLANK) {
      return window.view.getInt32(head) === file.size - position;
    }
    if (!this.isRecord(position)) return false;
    const queue = audit.queues.find(window.bytes, check.topicAt, check.topicLength, check.queueId);
    const want = { phys: file.start + position, size: check.total, tag: 0 };
    const match = queue?.match(check.queueOffset, want) ?? Match.NONE;
    if (match === Match.SAME || match === Match.TAG) return true;
    return match === Match.NONE && check.storeTimestamp >= walk.lastStoreTimestamp;
  }
}

/** Where the next magic code begins. */
function nextOf(area: Buffer, from: number): number {
  const record = area.indexOf(MAGIC_START, from);
  const blank = area.indexOf(BLANK_MAGIC, from);
  return record < 0 ? blank : blank < 0 ? record : Math.min(record, blank);
}

function emptyWalk(start: number): FileWalk {
  return {
    ...{ start, records: 0, damages: [], endKind: "full", end: start, wrongAtEnd: ZEROS },
    ...{ firstStoreTimestamp: 0, lastStoreTimestamp: 0, blankSize: 0 },
  };
}
