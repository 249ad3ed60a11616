/** Where the messages of one queue are in the commit log, one entry of 20 bytes each. Upstream: ConsumeQueue. [S-CQ-1] */
import { present } from "../../base/assert.js";
import type { SegmentFile } from "../segment/segment-file.js";
import type { SegmentQueue } from "../segment/segment-queue.js";
import {
  ENTRY_SIZE,
  entryPhysicalOffset,
  entrySize,
  entryTagsCode,
  fillers,
  isFiller,
  isReadable,
  writeEntry,
} from "./queue-entry.js";

const FIRST_RECENT = 64;
const MAX_RECENT = 1024;
const WALK_ENTRIES = 3200;

/** Entries in a row: entry i of them stands at `at + i * ENTRY_SIZE` of `bytes`. Valid until the next append. */
export interface EntryRange {
  bytes: Buffer;
  at: number;
  count: number;
}

const NO_ENTRIES: EntryRange = { bytes: Buffer.alloc(0), at: 0, count: 0 };

export class ConsumeQueue {
  readonly topic: string;
  readonly queueId: number;
  readonly segments: SegmentQueue;
  /** First entry whose record is still in the log. */
  minOffset = 0;
  /** Behind the last entry readers may see. */
  maxOffset = 0;
  /** Where the record of the last entry ends in the log; -1 when there is none. */
  maxPhysicalOffset = -1;
  /** Waits for its turn to be written. */
  isQueued = false;
  /** Removed while entries were on their way; they are dropped. */
  isDeleted = false;
  private next = 0;
  private written = 0;
  private synced = 0;
  /** Behind the last entry, up to here, files may hold entries that were taken back; 0 when they do not. */
  private dirtyEnd = 0;
  private rewinds = 0;
  private recent: Buffer = NO_ENTRIES.bytes;
  private recentStart = 0;

  constructor(identity: { topic: string; queueId: number }, segments: SegmentQueue) {
    this.topic = identity.topic;
    this.queueId = identity.queueId;
    this.segments = segments;
  }

  /** The queue offset of the next record. */
  get nextOffset(): number {
    return this.next;
  }

  /** Nothing was ever in it: its first record decides where it begins. */
  get isUntouched(): boolean {
    return this.next === 0 && this.segments.first === undefined;
  }

  /** Bytes that are in files and perhaps not on the disk. */
  get unsyncedBytes(): number {
    return (this.written - this.synced) * ENTRY_SIZE;
  }

  get entriesPerFile(): number {
    return this.segments.fileSize / ENTRY_SIZE;
  }

  /** Adds an entry in memory; `writeOut` brings it to the file, `publish` shows it to readers. */
  stage(physicalOffset: number, size: number, tagsCode: number): number {
    const offset = this.next;
    if ((offset - this.recentStart + 1) * ENTRY_SIZE > this.recent.length) this.makeRoom();
    const at = (offset - this.recentStart) * ENTRY_SIZE;
    writeEntry(this.recent, at, { physicalOffset, size, tagsCode });
    this.next = offset + 1;
    this.maxPhysicalOffset = physicalOffset + size;
    return offset;
  }

  /** Starts an empty queue in the middle: its first record has this queue offset. [S-CQ-3] */
  startAt(offset: number): void {
    this.next = this.written = this.synced = this.minOffset = this.maxOffset = offset;
    this.recentStart = offset;
  }

  /** Takes entries back from a queue offset on; what was written of them turns to zeros with the next write. */
  rewindTo(offset: number, physicalEnd: number): void {
    if (offset >= this.next) return;
    this.dirtyEnd = Math.max(this.dirtyEnd, this.next);
    this.rewinds++;
    this.next = offset;
    this.written = Math.min(this.written, offset);
    this.synced = Math.min(this.synced, offset);
    this.maxPhysicalOffset = Math.min(this.maxPhysicalOffset, physicalEnd);
    if (offset < this.recentStart) {
      this.recent = NO_ENTRIES.bytes;
      this.recentStart = offset;
    }
  }

  /** Starts it there and writes so, with fillers: while it is empty, this is said nowhere else. */
  keepPlace(offset: number): void {
    this.startAt(offset);
    this.fileFor(offset);
  }

  publish(offset: number): void {
    if (offset >= this.maxOffset) this.maxOffset = offset + 1;
  }

  writeOut(): void {
    if (this.dirtyEnd > 0) this.clearTakenBack();
    while (this.written < this.next) {
      const file = this.fileFor(this.written);
      const until = Math.min(this.next, file.endOffset / ENTRY_SIZE);
      const at = (this.written - this.recentStart) * ENTRY_SIZE;
      file.write(this.written * ENTRY_SIZE, this.recent, at, (until - this.written) * ENTRY_SIZE);
      this.written = until;
    }
  }

  async sync(): Promise<void> {
    const target = this.written;
    const { rewinds } = this;
    for (const file of [...this.segments.files]) {
      if (file.endOffset > this.synced * ENTRY_SIZE) await file.sync();
    }
    if (rewinds !== this.rewinds) return this.sync();
    this.synced = Math.max(this.synced, target);
  }

  /** Up to `count` entries from an offset on, within one file and before the queue's end. */
  read(offset: number, count: number): EntryRange {
    if (offset < this.minOffset || offset >= this.maxOffset) return NO_ENTRIES;
    const perFile = this.entriesPerFile;
    const fileEnd = (Math.floor(offset / perFile) + 1) * perFile;
    const wanted = Math.min(count, this.maxOffset - offset, fileEnd - offset);
    if (offset >= this.recentStart && this.recent.length > 0) {
      return { bytes: this.recent, at: (offset - this.recentStart) * ENTRY_SIZE, count: wanted };
    }
    const file = this.segments.fileAt(offset * ENTRY_SIZE);
    if (file === undefined) return NO_ENTRIES;
    const bytes = Buffer.allocUnsafe(wanted * ENTRY_SIZE);
    const got = file.read(offset * ENTRY_SIZE, bytes);
    return { bytes, at: 0, count: Math.floor(got / ENTRY_SIZE) };
  }

  /** Where the record of the first entry begins; behind everything when there is none. */
  get firstPhysicalOffset(): number {
    const first = this.segments.first;
    if (first === undefined || this.written * ENTRY_SIZE <= first.startOffset) return Infinity;
    const entry = Buffer.alloc(ENTRY_SIZE);
    first.read(first.startOffset, entry);
    return isFiller(entry, 0) ? Infinity : entryPhysicalOffset(entry, 0);
  }

  /** Its files are gone, and all that was known from them. */
  forget(): void {
    this.setEnd(0);
    this.minOffset = 0;
  }

  /** The newest entry; undefined when there is none, or when it is a filler. */
  lastEntry(): { physicalOffset: number; size: number; tagsCode: number } | undefined {
    if (this.next <= this.minOffset) return undefined;
    const { bytes, at, count } = this.read(this.next - 1, 1);
    if (count === 0 || isFiller(bytes, at)) return undefined;
    return {
      physicalOffset: entryPhysicalOffset(bytes, at),
      size: entrySize(bytes, at),
      tagsCode: entryTagsCode(bytes, at),
    };
  }

  /** Finds the end of the queue in its files, as it is stored nowhere. [S-REC-2] */
  recover(afterCrash: boolean): void {
    this.segments.load(afterCrash);
    const files = this.segments.files;
    let index = files.length - 1;
    while (index > 0 && !this.beginsReadable(present(files[index]))) index--;
    const file = files[index];
    if (file === undefined) return;
    const end = file.startOffset / ENTRY_SIZE + countReadable(file);
    this.setEnd(end);
    this.minOffset = present(files[0]).startOffset / ENTRY_SIZE;
  }

  /** Cuts off entries of records that begin at a physical offset or later. */
  truncateTo(physicalEnd: number): void {
    if (this.maxPhysicalOffset <= physicalEnd) return;
    const end = this.behindLastBelow(physicalEnd);
    this.segments.removeFrom(Math.max(end * ENTRY_SIZE, present(this.segments.first).endOffset));
    this.setEnd(end);
  }

  /** Behind its last entry of a record that begins before a physical offset. */
  endBelow(physicalOffset: number): number {
    return this.segments.first === undefined ? this.next : this.behindLastBelow(physicalOffset);
  }

  /** Cuts off entries at the end that `isValid` does not know; tells how many. */
  dropInvalidEnd(isValid: (physicalOffset: number, size: number) => boolean): number {
    const first = (this.segments.first?.startOffset ?? 0) / ENTRY_SIZE;
    const entry = Buffer.alloc(ENTRY_SIZE);
    let end = this.written;
    for (; end > first; end--) {
      this.segments.fileAt((end - 1) * ENTRY_SIZE)?.read((end - 1) * ENTRY_SIZE, entry);
      if (isFiller(entry, 0) || isValid(entryPhysicalOffset(entry, 0), entrySize(entry, 0))) break;
    }
    const dropped = this.written - end;
    if (dropped > 0) this.setEnd(end);
    return dropped;
  }

  /** Zeros behind the end, so that nothing of an earlier life is taken for an entry. */
  clearRest(): void {
    const file = this.segments.last;
    if (file !== undefined) file.clearFrom(Math.max(this.next * ENTRY_SIZE, file.startOffset));
  }

  /** Moves the minimum to the first entry whose record is still in the log; the maximum stays. [S-CQ-4] */
  correctMinOffset(physicalMin: number): void {
    this.minOffset = this.firstAtOrAbove(physicalMin);
  }

  /** Removes leading files all of whose records are gone; never the last. */
  deleteExpired(physicalMin: number): number {
    let removed = 0;
    while (this.segments.files.length > 1) {
      const first = present(this.segments.first);
      const last = Buffer.alloc(ENTRY_SIZE);
      first.read(first.endOffset - ENTRY_SIZE, last);
      if (entryPhysicalOffset(last, 0) >= physicalMin) break;
      this.segments.removeFirst();
      removed++;
    }
    this.correctMinOffset(physicalMin);
    return removed;
  }

  delete(): void {
    this.isDeleted = true;
    this.written = this.next;
    this.segments.removeAll();
  }

  private clearTakenBack(): void {
    const from = this.written * ENTRY_SIZE;
    const to = this.dirtyEnd * ENTRY_SIZE;
    for (const file of this.segments.files) {
      if (file.endOffset > from) file.clearFrom(Math.max(from, file.startOffset), to);
    }
    this.dirtyEnd = 0;
  }

  private setEnd(end: number): void {
    this.next = this.written = this.synced = this.maxOffset = end;
    this.recent = NO_ENTRIES.bytes;
    this.recentStart = end;
    this.maxPhysicalOffset = -1;
    const first = this.segments.first;
    if (first === undefined || end * ENTRY_SIZE <= first.startOffset) return;
    const last = Buffer.alloc(ENTRY_SIZE);
    this.segments.fileAt((end - 1) * ENTRY_SIZE)?.read((end - 1) * ENTRY_SIZE, last);
    if (!isFiller(last, 0))
      this.maxPhysicalOffset = entryPhysicalOffset(last, 0) + entrySize(last, 0);
  }

  /** First entry, by queue offset, of a record that begins at a physical offset or later; the end when there is none. */
  private firstAtOrAbove(physicalOffset: number): number {
    const first = this.segments.first;
    if (first === undefined) return this.next;
    const entry = Buffer.alloc(ENTRY_SIZE);
    let low = first.startOffset / ENTRY_SIZE;
    let high = this.written;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      this.segments.fileAt(middle * ENTRY_SIZE)?.read(middle * ENTRY_SIZE, entry);
      if (isFiller(entry, 0) || entryPhysicalOffset(entry, 0) < physicalOffset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** After a power cut holes may stand between entries of what was not synced, which lead the search too far. */
  private behindLastBelow(physicalOffset: number): number {
    const first = present(this.segments.first).startOffset / ENTRY_SIZE;
    const entry = Buffer.alloc(ENTRY_SIZE);
    let end = this.firstAtOrAbove(physicalOffset);
    for (; end > first; end--) {
      this.segments.fileAt((end - 1) * ENTRY_SIZE)?.read((end - 1) * ENTRY_SIZE, entry);
      if (isReadable(entry, 0) && entryPhysicalOffset(entry, 0) < physicalOffset) break;
    }
    return end;
  }

  private beginsReadable(file: SegmentFile): boolean {
    const entry = Buffer.alloc(ENTRY_SIZE);
    file.read(file.startOffset, entry);
    return isReadable(entry, 0);
  }

  private fileFor(offset: number): SegmentFile {
    const known = this.segments.fileAt(offset * ENTRY_SIZE);
    if (known !== undefined) return known;
    const isFirst = this.segments.first === undefined;
    const file = this.segments.append(offset * ENTRY_SIZE);
    const before = offset - file.startOffset / ENTRY_SIZE;
    if (isFirst && before > 0) file.write(file.startOffset, fillers(before));
    return file;
  }

  /** Makes room in memory for one more entry: grows, or forgets the older half. */
  private makeRoom(): void {
    const capacity = this.recent.length / ENTRY_SIZE;
    if (capacity < MAX_RECENT) {
      const larger = Buffer.allocUnsafeSlow(Math.max(FIRST_RECENT, capacity * 4) * ENTRY_SIZE);
      this.recent.copy(larger);
      this.recent = larger;
      return;
    }
    this.writeOut();
    const kept = capacity / 2;
    const larger = Buffer.allocUnsafeSlow(this.recent.length);
    this.recent.copy(larger, 0, (capacity - kept) * ENTRY_SIZE);
    this.recent = larger;
    this.recentStart += capacity - kept;
  }
}

/** Entries from the start of a file that are readable and in order; those that stand in for a lost message repeat a neighbour. */
export function countReadable(file: SegmentFile): number {
  const bytes = Buffer.allocUnsafe(WALK_ENTRIES * ENTRY_SIZE);
  let count = 0;
  let highest = -1;
  for (;;) {
    const got = Math.floor(file.read(file.startOffset + count * ENTRY_SIZE, bytes) / ENTRY_SIZE);
    for (let i = 0; i < got; i++, count++) {
      const at = i * ENTRY_SIZE;
      const physicalOffset = entryPhysicalOffset(bytes, at);
      if (physicalOffset < 0 || entrySize(bytes, at) <= 0) return count;
      if (physicalOffset === 0 && isFiller(bytes, at)) continue;
      if (physicalOffset < highest) return count;
      highest = physicalOffset;
    }
    if (got < WALK_ENTRIES) return count;
  }
}
