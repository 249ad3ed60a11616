/** All messages, one after the other, over files of fixed size. Upstream: CommitLog. [S-LOG-3] */
import { present } from "../../base/assert.js";
import { readInt64 } from "../../base/int64.js";
import { Magic, RecordField } from "../../message/record-layout.js";
import { SyncFailure } from "../health.js";
import { commitLogDirectories, type StoreConfig } from "../store-config.js";
import type { OpenFiles } from "../segment/open-files.js";
import type { SegmentFile } from "../segment/segment-file.js";
import { SegmentQueue } from "../segment/segment-queue.js";
import { LogTail } from "./log-tail.js";

/** What must stay free behind a record, for the blank that ends a file: TOTALSIZE and MAGIC. */
export const BLANK_SIZE = 8;

/** Zeros that are written behind the end to see whether there is room. */
const PROBE = Buffer.alloc(1 << 18);

export class CommitLog {
  readonly segments: SegmentQueue;
  private readonly tail = new LogTail();
  private end = 0;
  private written = 0;
  private flushed = 0;
  /** Behind the end, up to here, there may be bytes of records that were taken back; 0 when there are none. */
  private dirtyEnd = 0;
  private rewinds = 0;
  private syncFailure: SyncFailure | undefined;
  /** Store time of the newest record in memory, and of the newest that was flushed. */
  lastStoreTimestamp = 0;
  flushedStoreTimestamp = 0;

  constructor(open: OpenFiles, config: StoreConfig) {
    this.segments = new SegmentQueue(open, {
      directories: commitLogDirectories(config),
      fileSize: config.mappedFileSizeCommitLog,
      sizeKey: "mappedFileSizeCommitLog",
      isSource: true,
    });
  }

  get minOffset(): number {
    return this.segments.first?.startOffset ?? 0;
  }

  /** Where the next record goes, or the file after its blank. */
  get maxOffset(): number {
    return this.end;
  }

  /** Up to here the bytes are in files, that is at least in the page cache. */
  get writtenOffset(): number {
    return this.written;
  }

  /** Up to here the bytes are on the disk. */
  get flushedOffset(): number {
    return this.flushed;
  }

  get maxRecordSize(): number {
    return this.segments.fileSize - BLANK_SIZE;
  }

  /** Sets the end after recovery; everything behind it is gone. */
  setEnd(offset: number): void {
    this.tail.clear();
    this.end = this.written = this.flushed = offset;
  }

  /**
   * Finds the place of `size` bytes that must not be split over files; may end the current file and begin the next.
   * Throws when the file cannot be made; the log is then as before.
   */
  place(size: number): number {
    const file = this.segments.last;
    if (file === undefined || this.end >= file.endOffset) {
      this.segments.append(this.end);
      this.tail.endChunk();
    } else if (size + BLANK_SIZE > file.endOffset - this.end) {
      const rest = file.endOffset - this.end;
      this.segments.append(file.endOffset);
      this.writeBlank(rest);
      this.end = file.endOffset;
      this.tail.endChunk();
    }
    return this.end;
  }

  /** Room for the record at the place just found; the caller fills it at once. */
  reserve(size: number): { buffer: Buffer; at: number } {
    const room = this.tail.reserve(this.end, size);
    this.end += size;
    return room;
  }

  /** Brings what was appended to the files. */
  writeOut(): void {
    if (this.written === this.end) return;
    this.tail.writeOut((offset, buffer, at, length) => {
      present(this.segments.fileAt(offset)).write(offset, buffer, at, length);
    });
    this.written = this.end;
  }

  /**
   * Brings what is in the files to the disk. After it failed once it never succeeds: what was lost then would be taken
   * for written. [S-FAIL-2]
   */
  async flush(): Promise<void> {
    const target = this.written;
    if (this.syncFailure !== undefined) throw this.syncFailure;
    if (target === this.flushed) return;
    const newest = this.lastStoreTimestamp;
    const { rewinds } = this;
    await this.syncFiles(this.flushed, target);
    if (rewinds !== this.rewinds) return this.flush();
    this.flushed = Math.max(this.flushed, target);
    this.flushedStoreTimestamp = Math.max(this.flushedStoreTimestamp, newest);
  }

  /** After a crash: what was found may be nowhere but in the page cache. */
  async syncFrom(offset: number): Promise<void> {
    await this.syncFiles(offset, this.end);
  }

  /** Takes back what was appended from an offset on and did not come to the files, or not whole. */
  rewindTo(offset: number): void {
    this.dirtyEnd = Math.max(this.dirtyEnd, this.end);
    this.rewinds++;
    this.tail.cutAt(offset);
    this.end = offset;
    this.written = Math.min(this.written, offset);
    this.flushed = Math.min(this.flushed, offset);
  }

  /**
   * Removes what is left of records that were taken back, and tries whether the disk has room for the next ones.
   * Throws while it has not.
   */
  async mend(): Promise<void> {
    this.segments.removeFrom(this.end);
    const last = this.segments.last;
    if (last !== undefined && this.end < last.endOffset) {
      if (this.dirtyEnd > this.end) last.clearFrom(this.end, this.dirtyEnd);
      last.write(this.end, PROBE, 0, Math.min(PROBE.length, last.endOffset - this.end));
    } else if (last === undefined || this.end >= last.endOffset) this.segments.append(this.end);
    this.dirtyEnd = 0;
    await this.syncFiles(this.end, this.end + 1);
  }

  /** Writes once more what stands in the files from an offset on: syncing it failed, and would be skipped now. */
  rewriteFrom(offset: number): void {
    for (const file of this.filesBetween(offset, this.end)) {
      const bytes = Buffer.allocUnsafe(PROBE.length);
      for (let at = Math.max(offset, file.startOffset); at < file.endOffset && at < this.end;) {
        const count = file.read(at, bytes);
        file.write(at, bytes, 0, count);
        at += count;
      }
    }
  }

  /** The bytes at a physical offset, all in one file; undefined when they are not there. Not to be written to. */
  read(offset: number, length: number): Buffer | undefined {
    // what was deleted may be in memory still
    if (offset < this.minOffset || length < 0 || offset + length > this.end) return undefined;
    const inMemory = this.tail.find(offset, length);
    if (inMemory !== undefined) return inMemory;
    const file = this.segments.fileAt(offset);
    if (file === undefined || offset + length > file.endOffset) return undefined;
    const bytes = Buffer.allocUnsafe(length);
    return file.read(offset, bytes) === length ? bytes : undefined;
  }

  /** Are these bytes in the log still? */
  holds(offset: number, length: number): boolean {
    return (
      offset >= this.minOffset &&
      offset + length <= this.end &&
      this.segments.fileAt(offset) !== undefined
    );
  }

  isOneFile(start: number, end: number): boolean {
    const size = this.segments.fileSize;
    return Math.floor(start / size) === Math.floor((end - 1) / size);
  }

  /** The record that begins at a physical offset. */
  record(offset: number): Buffer | undefined {
    const head = this.read(offset, RecordField.PHYSICAL_OFFSET + 8);
    if (head === undefined) return undefined;
    const magic = head.readInt32BE(RecordField.MAGIC);
    if (magic !== Magic.V1 && magic !== Magic.V2) return undefined;
    if (readInt64(head, RecordField.PHYSICAL_OFFSET) !== offset) return undefined;
    return this.read(offset, head.readInt32BE(RecordField.TOTAL_SIZE));
  }

  /** Start of the file behind the one that holds, or would hold, `offset`. */
  nextFileStart(offset: number): number {
    const size = this.segments.fileSize;
    return (Math.floor(offset / size) + 1) * size;
  }

  private async syncFiles(from: number, to: number): Promise<void> {
    try {
      for (const file of this.filesBetween(from, to)) await file.sync();
    } catch (error) {
      if (error instanceof SyncFailure) this.syncFailure = error;
      throw error;
    }
  }

  filesBetween(from: number, to: number): SegmentFile[] {
    return this.segments.files.filter((file) => file.endOffset > from && file.startOffset < to);
  }

  /** [S-LOG-4] The rest of the file as one record without content: its size, the blank magic, and nothing else. */
  private writeBlank(rest: number): void {
    const { buffer, at } = this.tail.reserve(this.end, BLANK_SIZE);
    buffer.writeInt32BE(rest, at);
    buffer.writeInt32BE(Magic.BLANK, at + 4);
  }
}
