import { FileReader } from "../store-files.js";
import { INDEX_ENTRY, INDEX_HEADER, INDEX_SLOT, type IndexShape } from "./index-check.js";
import { HIGH } from "./record-check.js";

const WINDOW_ENTRIES = 3000;
const INT_MAX = 2147483647;

/** What the cursor tells about records and entries; rare, so it may cost something. */
export interface IndexReport {
  /** Entries that point to no record. */
  stray: (shape: IndexShape, number: number, offset: number) => void;
  /** A record whose keys are not all there, within what the file covers. */
  lacking: (shape: IndexShape, offset: number) => void;
  /** A record that no file covers. */
  uncovered: (offset: number) => void;
  /** An entry, or the header, with another time than the record's. */
  time: (shape: IndexShape, number: number, offset: number) => void;
}

/** What an index may know of a record, besides its keys. */
export interface IndexedRecord {
  readonly physicalOffset: number;
  readonly storeTimestamp: number;
  readonly tagHash: number;
}

/**
 * Goes through the entries of all whole index files in step with the records of the log: entries stand in the order
 * of the records they point to. Never writes.
 */
export class IndexCursor {
  private readonly shapes: readonly IndexShape[];
  private readonly report: IndexReport;
  private current = -1;
  private shape: IndexShape | undefined;
  private reader: FileReader | undefined;
  private readonly bytes = Buffer.allocUnsafeSlow(WINDOW_ENTRIES * INDEX_ENTRY);
  private readonly view = new DataView(this.bytes.buffer);
  private windowFirst = 0;
  private windowCount = 0;
  private number = 0;
  /** End of the file before, for records between two files. */
  private readonly want = new Set<number>();

  constructor(shapes: readonly IndexShape[], report: IndexReport) {
    this.shapes = shapes.filter((shape) => shape.count > 1);
    this.report = report;
  }

  /** Goes to the first entry of a record at `offset` or behind it. */
  seek(offset: number): void {
    const found = this.shapes.findIndex(({ endPhysicalOffset }) => endPhysicalOffset >= offset);
    this.openFile(found < 0 ? this.shapes.length : found);
    const { shape } = this;
    if (shape?.isWhole !== true) return;
    let low = 1;
    let high = shape.count;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.offsetAt(middle) < offset) low = middle + 1;
      else high = middle;
    }
    this.number = low;
  }

  /**
   * Compares the entries of one record; `hashes` are those it should have, the first `count` of them, `tagHash` is one
   * it may have.
   */
  match(record: IndexedRecord, hashes: Int32Array, count: number): void {
    const { physicalOffset: offset, storeTimestamp } = record;
    const shape = this.shapeFor(offset);
    if (shape === undefined) {
      if (count > 0) this.report.uncovered(offset);
      return;
    }
    if (!shape.isWhole) return;
    this.skipBelow(offset, shape);
    const elapsed = Math.floor((storeTimestamp - shape.beginTimestamp) / 1000);
    const seconds = Math.min(INT_MAX, Math.max(0, shape.beginTimestamp <= 0 ? 0 : elapsed));
    const first = this.number;
    let i = 0;
    while (i < count && this.number < shape.count) {
      const at = this.position(this.number);
      const view = this.view;
      if (view.getInt32(at + 4) * HIGH + view.getUint32(at + 8) !== offset) break;
      if (view.getInt32(at) !== hashes[i]) break;
      if (view.getInt32(at + 12) !== seconds) this.report.time(shape, this.number, offset);
      this.number++;
      i++;
    }
    if (i < count || this.isAt(offset) || this.goesOn(offset))
      this.matchAny(offset, { hashes, count, first, tagHash: record.tagHash });
    this.checkHeaderTimes(shape, offset, storeTimestamp);
  }

  /** Whatever is left before `offset` points to nothing. */
  finish(offset: number): void {
    for (;;) {
      const shape = this.shapeFor(Math.min(offset, (this.shape?.endPhysicalOffset ?? -1) + 1));
      if (shape === undefined || !shape.isWhole) {
        if (shape === undefined || !this.hasNext()) return;
        this.openFile(this.current + 1);
        continue;
      }
      this.skipBelow(offset, shape);
      if (this.number < shape.count || !this.hasNext()) return;
      this.openFile(this.current + 1);
    }
  }

  close(): void {
    this.reader?.close();
    this.reader = undefined;
  }

  private hasNext(): boolean {
    return this.current + 1 < this.shapes.length;
  }

  /** In another order, or some of them twice, as a crash of Apache's leaves the last record before it. */
  private matchAny(
    offset: number,
    want: { hashes: Int32Array; count: number; first: number; tagHash: number },
  ): void {
    const shape = this.shape as IndexShape;
    const missing = this.want;
    const all = want.hashes.subarray(0, want.count);
    missing.clear();
    for (const hash of all) missing.add(hash);
    this.number = want.first;
    // the entries of a record may go on in the next file
    for (;;) {
      while (this.isAt(offset)) {
        const hash = this.view.getInt32(this.position(this.number));
        const isKnown = hash === want.tagHash || all.includes(hash);
        if (!isKnown) this.report.stray(this.shape as IndexShape, this.number, offset);
        missing.delete(hash);
        this.number++;
      }
      if (!this.goesOn(offset)) break;
      this.openFile(this.current + 1);
    }
    if (missing.size > 0) this.report.lacking(shape, offset);
  }

  /** Whether the file is at its end, and the next begins with the same record. */
  private goesOn(offset: number): boolean {
    const next = this.shapes[this.current + 1];
    if (this.shape === undefined || this.number < this.shape.count) return false;
    return next?.isWhole === true && next.beginPhysicalOffset === offset;
  }

  private isAt(offset: number): boolean {
    const { shape } = this;
    return (
      shape !== undefined && this.number < shape.count && this.offsetAt(this.number) === offset
    );
  }

  private skipBelow(offset: number, shape: IndexShape): void {
    while (this.number < shape.count) {
      const own = this.offsetAt(this.number);
      if (own >= offset) return;
      this.report.stray(shape, this.number, own);
      this.number++;
    }
  }

  private checkHeaderTimes(shape: IndexShape, offset: number, storeTimestamp: number): void {
    if (
      (offset === shape.endPhysicalOffset && storeTimestamp !== shape.endTimestamp) ||
      (offset === shape.beginPhysicalOffset && storeTimestamp !== shape.beginTimestamp)
    ) {
      this.report.time(shape, 0, offset);
    }
  }

  /** The file that covers an offset; undefined where none does. */
  private shapeFor(offset: number): IndexShape | undefined {
    while (this.shape !== undefined && offset > this.shape.endPhysicalOffset) {
      if (this.shape.isWhole) this.skipBelow(offset, this.shape);
      this.openFile(this.current + 1);
    }
    const { shape } = this;
    return shape === undefined || offset < shape.beginPhysicalOffset ? undefined : shape;
  }

  private openFile(index: number): void {
    this.reader?.close();
    this.reader = undefined;
    this.current = index;
    this.shape = this.shapes[index];
    this.number = 1;
    this.windowFirst = this.windowCount = 0;
    if (this.shape?.isWhole === true) this.reader = new FileReader(this.shape.path);
  }

  private offsetAt(number: number): number {
    const at = this.position(number);
    return this.view.getInt32(at + 4) * HIGH + this.view.getUint32(at + 8);
  }

  /** Where an entry stands in the window. */
  private position(number: number): number {
    const at = number - this.windowFirst;
    if (at < 0 || at >= this.windowCount) this.loadWindow(number);
    return (number - this.windowFirst) * INDEX_ENTRY;
  }

  private loadWindow(number: number): void {
    const { slots } = this.shape as IndexShape;
    const reader = this.reader as FileReader;
    const position = INDEX_HEADER + slots * INDEX_SLOT + number * INDEX_ENTRY;
    const bytes = reader.readInto(this.bytes, position, this.bytes.length);
    this.windowFirst = number;
    this.windowCount = Math.floor(bytes.length / INDEX_ENTRY);
  }
}
