/** The slots of an index file in memory: pages are read when first needed and written back together. */
import { endianness } from "node:os";
import type { SegmentFile } from "../segment/segment-file.js";
import { HEADER_SIZE, SLOT_SIZE } from "./index-header.js";

const PAGE = 4096;
const IS_LITTLE_ENDIAN = endianness() === "LE";

export class SlotTable {
  private readonly file: SegmentFile;
  /** Untouched pages cost no memory: large zeroed buffers are given out lazily by the system. */
  private readonly bytes: Buffer;
  private readonly loaded: Uint8Array;
  private readonly dirty: Uint8Array;
  private dirtyCount = 0;

  constructor(file: SegmentFile, slots: number, isNew: boolean) {
    this.file = file;
    this.bytes = Buffer.alloc(slots * SLOT_SIZE);
    const pages = Math.ceil(this.bytes.length / PAGE);
    this.loaded = new Uint8Array(pages).fill(isNew ? 1 : 0);
    this.dirty = new Uint8Array(pages);
  }

  /** Reads all of it; tells the highest value and how many slots have one. */
  loadAll(): { highest: number; used: number } {
    this.file.read(this.file.startOffset + HEADER_SIZE, this.bytes, 0, this.bytes.length);
    this.loaded.fill(1);
    const view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length);
    let highest = 0;
    let used = 0;
    for (let at = 0; at < view.byteLength; at += SLOT_SIZE) {
      const value = view.getInt32(at);
      if (value === 0) continue;
      used++;
      // a negative one is as wrong as one too high
      if (value >>> 0 > highest) highest = value >>> 0;
    }
    return { highest, used };
  }

  /** Every slot from memory; all of them are to be written. */
  fill(newest: Int32Array): void {
    this.bytes.set(Buffer.from(newest.buffer, newest.byteOffset, newest.byteLength));
    if (IS_LITTLE_ENDIAN) this.bytes.swap32();
    this.loaded.fill(1);
    this.dirty.fill(1);
    this.dirtyCount = this.dirty.length;
  }

  get(slot: number): number {
    const at = slot * SLOT_SIZE;
    const page = Math.floor(at / PAGE);
    if (this.loaded[page] === 0) this.load(page);
    return this.bytes.readInt32BE(at);
  }

  set(slot: number, value: number): void {
    const at = slot * SLOT_SIZE;
    const page = Math.floor(at / PAGE);
    if (this.loaded[page] === 0) this.load(page);
    this.bytes.writeInt32BE(value, at);
    if (this.dirty[page] === 0) {
      this.dirty[page] = 1;
      this.dirtyCount++;
    }
  }

  writeOut(): void {
    for (let page = 0; this.dirtyCount > 0 && page < this.dirty.length; page++) {
      if (this.dirty[page] === 0) continue;
      let end = page;
      while (end < this.dirty.length && this.dirty[end] === 1) end++;
      const at = page * PAGE;
      const length = Math.min(end * PAGE, this.bytes.length) - at;
      this.file.write(this.file.startOffset + HEADER_SIZE + at, this.bytes, at, length);
      this.dirty.fill(0, page, end);
      this.dirtyCount -= end - page;
      page = end;
    }
  }

  private load(page: number): void {
    const at = page * PAGE;
    const length = Math.min(PAGE, this.bytes.length - at);
    this.file.read(this.file.startOffset + HEADER_SIZE + at, this.bytes, at, length);
    this.loaded[page] = 1;
  }
}
