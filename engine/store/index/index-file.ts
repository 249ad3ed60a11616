/** A hash index over message keys, one file. Upstream: IndexFile. [S-IDX-1] */
import { present } from "../../base/assert.js";
import { CorruptError } from "../../base/errors.js";
import { readInt64, writeInt64 } from "../../base/int64.js";
import type { OpenFiles } from "../segment/open-files.js";
import { SegmentFile } from "../segment/segment-file.js";
import {
  HEADER_SIZE,
  INDEX_ENTRY_SIZE,
  SLOT_SIZE,
  readIndexHeader,
  writeIndexHeader,
  type IndexHeader,
} from "./index-header.js";
import { SlotTable } from "./slot-table.js";

const INT_MAX = 2147483647;
const TAIL_ENTRIES = 4096;
const READ_ENTRIES = 50_000;

export interface IndexSize {
  slots: number;
  /** Entry numbers; one less can be stored. */
  entries: number;
}

export class IndexFile {
  readonly path: string;
  readonly header: IndexHeader;
  private readonly file: SegmentFile;
  private readonly size: IndexSize;
  private readonly isNew: boolean;
  private slots: SlotTable | undefined;
  /** Entries that are not in the file yet: number `tailStart` stands first. */
  private tail: Buffer | undefined;
  private tailStart: number;
  private isDirty = false;
  /** How often it was written out, and how much of that is on the disk; a new file's header counts. */
  private writeCount = 1;
  private synced = 0;

  private constructor(
    file: SegmentFile,
    size: IndexSize,
    state: { header: IndexHeader; isNew: boolean },
  ) {
    this.file = file;
    this.path = file.path;
    this.size = size;
    this.header = state.header;
    this.isNew = state.isNew;
    this.tailStart = state.header.indexCount;
    if (!state.isNew) this.synced = this.writeCount;
  }

  /** Makes a file that takes over where the one before ended. */
  static create(
    open: OpenFiles,
    path: string,
    options: { size: IndexSize; after: IndexHeader | undefined },
  ): IndexFile {
    const file = segment(open, path, options.size);
    file.create();
    const { after } = options;
    const header = {
      beginTimestamp: after?.endTimestamp ?? 0,
      endTimestamp: after?.endTimestamp ?? 0,
      beginPhysicalOffset: after?.endPhysicalOffset ?? 0,
      endPhysicalOffset: after?.endPhysicalOffset ?? 0,
      hashSlotCount: 0,
      indexCount: 1,
    };
    const index = new IndexFile(file, options.size, { header, isNew: true });
    try {
      index.writeHeader();
    } catch (error) {
      file.remove();
      throw error;
    }
    return index;
  }

  static hasSize(open: OpenFiles, path: string, size: IndexSize): boolean {
    return open.files.size(path) === segment(open, path, size).size;
  }

  static open(open: OpenFiles, path: string, size: IndexSize): IndexFile {
    const file = segment(open, path, size);
    const length = open.files.size(path);
    if (length !== file.size) {
      throw new CorruptError(
        `${path} has ${length} bytes, but maxHashSlotNum and maxIndexNum make ${file.size}`,
        {
          hint: "start with the numbers that the store was written with, or remove the folder index",
        },
      );
    }
    const bytes = Buffer.alloc(HEADER_SIZE);
    file.read(0, bytes);
    return new IndexFile(file, size, { header: readIndexHeader(bytes), isNew: false });
  }

  get isFull(): boolean {
    return this.header.indexCount >= this.size.entries;
  }

  get hasUnwritten(): boolean {
    return this.isDirty;
  }

  get writes(): number {
    return this.writeCount;
  }

  get isEmpty(): boolean {
    return this.header.indexCount <= 1;
  }

  put(hash: number, physicalOffset: number, storeTimestamp: number): void {
    const { header } = this;
    const slots = (this.slots ??= new SlotTable(this.file, this.size.slots, this.isNew));
    const slot = hash % this.size.slots;
    const previous = this.validEntry(slots.get(slot));
    const number = header.indexCount;
    const elapsed = header.beginTimestamp <= 0 ? 0 : storeTimestamp - header.beginTimestamp;
    const at = this.roomFor(number);
    const tail = present(this.tail);
    tail.writeInt32BE(hash, at);
    writeInt64(tail, physicalOffset, at + 4);
    tail.writeInt32BE(Math.min(INT_MAX, Math.max(0, Math.floor(elapsed / 1000))), at + 12);
    tail.writeInt32BE(previous, at + 16);
    slots.set(slot, number);
    if (number <= 1) {
      header.beginPhysicalOffset = physicalOffset;
      header.beginTimestamp = storeTimestamp;
    }
    if (previous === 0) header.hashSlotCount++;
    header.indexCount++;
    header.endPhysicalOffset = physicalOffset;
    header.endTimestamp = storeTimestamp;
    this.isDirty = true;
  }

  /** Physical offsets, newest first, of entries with this hash and a store time in [begin, end]. */
  find(hash: number, range: { begin: number; end: number; max: number }, into: number[]): void {
    const { header } = this;
    const entry = Buffer.alloc(INDEX_ENTRY_SIZE);
    let number = this.validEntry(this.slotValue(hash % this.size.slots));
    while (number !== 0 && into.length < range.max) {
      this.readEntry(number, entry);
      const time = header.beginTimestamp + entry.readInt32BE(12) * 1000;
      const previous = entry.readInt32BE(16);
      if (entry.readInt32BE(0) === hash && time >= range.begin - 999 && time <= range.end) {
        into.push(readInt64(entry, 4));
      }
      if (previous <= 0 || previous >= number || time < range.begin - 999) return;
      number = previous;
    }
  }

  overlaps(begin: number, end: number): boolean {
    const { beginTimestamp, endTimestamp } = this.header;
    return begin <= endTimestamp && end >= beginTimestamp;
  }

  /**
   * Brings the file back to how it was when this header and all before it were synced, whatever was added since. Slots changed
   * only to lead to entries that were added; when one does, or is lost, all are made anew from the entries. False when these are
   * not what they were.
   */
  restore(header: IndexHeader): boolean {
    const { indexCount, hashSlotCount } = header;
    if (indexCount > this.size.entries || !this.endsAs(header)) return false;
    const slots = new SlotTable(this.file, this.size.slots, false);
    const { highest, used } = slots.loadAll();
    if (highest >= indexCount || used !== hashSlotCount) {
      const newest = this.newestEntries(indexCount);
      if (newest === undefined) return false;
      slots.fill(newest);
    }
    Object.assign(this.header, header);
    this.tailStart = indexCount;
    this.slots = slots;
    this.isDirty = true;
    return true;
  }

  /**
   * Until then the file stays as it was, but for entries that its header does not count yet. The header goes first: when the
   * process dies in the middle, its end time is later than the checkpoint's and the file is made anew, instead of passing for
   * whole.
   */
  writeOut(): void {
    if (!this.isDirty) return;
    this.writeHeader();
    this.writeTail();
    this.slots?.writeOut();
    this.isDirty = false;
    this.writeCount++;
  }

  /** Brings what was written to the disk, where that is still to be done. */
  async sync(): Promise<void> {
    const { writes } = this;
    if (writes === this.synced) return;
    await this.file.sync();
    this.synced = Math.max(this.synced, writes);
  }

  /** Nothing more will be added: the slot table need not stay in memory. */
  release(): void {
    this.slots = undefined;
    this.tail = undefined;
    this.tailStart = this.header.indexCount;
  }

  remove(): void {
    this.file.remove();
  }

  /** Does the last entry lead to where the header says? */
  private endsAs({ indexCount, endPhysicalOffset }: IndexHeader): boolean {
    if (indexCount <= 1) return true;
    const entry = Buffer.alloc(INDEX_ENTRY_SIZE);
    this.file.read(this.entryAt(indexCount - 1), entry);
    return readInt64(entry, 4) === endPhysicalOffset;
  }

  /** The newest entry of each slot; undefined when the chains are not whole. */
  private newestEntries(indexCount: number): Int32Array | undefined {
    const newest = new Int32Array(this.size.slots);
    const bytes = Buffer.allocUnsafe(READ_ENTRIES * INDEX_ENTRY_SIZE);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let from = 1; from < indexCount; from += READ_ENTRIES) {
      const count = Math.min(READ_ENTRIES, indexCount - from);
      this.file.read(this.entryAt(from), bytes, 0, count * INDEX_ENTRY_SIZE);
      for (let i = 0; i < count; i++) {
        const hash = view.getInt32(i * INDEX_ENTRY_SIZE);
        const slot = hash % newest.length;
        if (hash < 0 || newest[slot] !== view.getInt32(i * INDEX_ENTRY_SIZE + 16)) return undefined;
        newest[slot] = from + i;
      }
    }
    return newest;
  }

  private validEntry(number: number): number {
    return number > 0 && number < this.header.indexCount ? number : 0;
  }

  private slotValue(slot: number): number {
    if (this.slots !== undefined) return this.slots.get(slot);
    const bytes = Buffer.alloc(SLOT_SIZE);
    this.file.read(HEADER_SIZE + slot * SLOT_SIZE, bytes);
    return bytes.readInt32BE(0);
  }

  private entryAt(number: number): number {
    return HEADER_SIZE + this.size.slots * SLOT_SIZE + number * INDEX_ENTRY_SIZE;
  }

  private readEntry(number: number, into: Buffer): void {
    if (number >= this.tailStart && this.tail !== undefined) {
      const at = (number - this.tailStart) * INDEX_ENTRY_SIZE;
      this.tail.copy(into, 0, at, at + INDEX_ENTRY_SIZE);
    } else this.file.read(this.entryAt(number), into);
  }

  private roomFor(number: number): number {
    if (number - this.tailStart >= TAIL_ENTRIES) this.writeTail();
    this.tail ??= Buffer.allocUnsafeSlow(TAIL_ENTRIES * INDEX_ENTRY_SIZE);
    return (number - this.tailStart) * INDEX_ENTRY_SIZE;
  }

  private writeTail(): void {
    const count = this.header.indexCount - this.tailStart;
    if (count === 0 || this.tail === undefined) return;
    this.file.write(this.entryAt(this.tailStart), this.tail, 0, count * INDEX_ENTRY_SIZE);
    this.tailStart = this.header.indexCount;
  }

  private writeHeader(): void {
    const bytes = Buffer.alloc(HEADER_SIZE);
    writeIndexHeader(bytes, this.header);
    this.file.write(0, bytes);
  }
}

function segment(open: OpenFiles, path: string, size: IndexSize): SegmentFile {
  const bytes = HEADER_SIZE + size.slots * SLOT_SIZE + size.entries * INDEX_ENTRY_SIZE;
  return new SegmentFile(open, { path, startOffset: 0, size: bytes });
}
