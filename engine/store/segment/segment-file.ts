/** One file of fixed size in a row of files, named by the byte offset it begins at. Upstream: MappedFile. [S-FILE-1] */
import { RocketmqError } from "../../base/errors.js";
import type { OpenFiles } from "./open-files.js";

const NAME_DIGITS = 20;
const ZERO_CHUNK = Buffer.alloc(1 << 20);

export function segmentName(startOffset: number): string {
  return String(startOffset).padStart(NAME_DIGITS, "0");
}

/** The offset in a segment's file name; undefined for any other name. */
export function parseSegmentName(name: string): number | undefined {
  const offset = /^\d{20}$/.test(name) ? Number(name) : NaN;
  return Number.isSafeInteger(offset) ? offset : undefined;
}

export class SegmentFile {
  readonly path: string;
  /** Offset of its first byte in the whole row. */
  readonly startOffset: number;
  readonly size: number;
  private readonly open: OpenFiles;
  private isRemoved = false;

  constructor(open: OpenFiles, place: { path: string; startOffset: number; size: number }) {
    this.open = open;
    this.path = place.path;
    this.startOffset = place.startOffset;
    this.size = place.size;
  }

  get endOffset(): number {
    return this.startOffset + this.size;
  }

  /** Makes the file: full size, all zeros, no blocks used. */
  create(): void {
    this.open.create(this.path, this.size);
  }

  /** Gives a file that was cut short its full size. */
  lengthen(): void {
    const length = this.open.files.size(this.path) ?? 0;
    if (length < this.size) this.open.files.truncate(this.open.fd(this.path), this.size);
  }

  /** Reads at an offset of the whole row; returns fewer bytes only where the file has to end. Throws when it ends before. */
  read(offset: number, into: Buffer, at = 0, length = into.length - at): number {
    const wanted = Math.min(length, this.endOffset - offset);
    const fd = this.open.fd(this.path);
    let got = 0;
    while (got < wanted) {
      const count = this.open.files.read(
        fd,
        into,
        at + got,
        wanted - got,
        offset - this.startOffset + got,
      );
      if (count === 0) throw this.tooShort(offset - this.startOffset + got);
      got += count;
    }
    return got;
  }

  write(offset: number, from: Buffer, at = 0, length = from.length - at): void {
    this.open.files.write(this.open.fd(this.path), from, at, length, offset - this.startOffset);
  }

  /** A file that is removed while others of its row are synced needs no sync. */
  async sync(): Promise<void> {
    if (!this.isRemoved) await this.open.sync(this.path);
  }

  modifiedMs(): number | undefined {
    return this.open.files.modifiedMs(this.path);
  }

  /**
   * Turns everything from an offset on to zeros, leaving holes alone: what an earlier life of the store left
   * behind the end must not look like records again after the next crash.
   */
  clearFrom(offset: number, to = this.endOffset): void {
    const chunk = Buffer.allocUnsafe(ZERO_CHUNK.length);
    const end = Math.min(to, this.endOffset);
    for (let at = offset; at < end;) {
      const count = this.read(at, chunk, 0, Math.min(chunk.length, end - at));
      if (chunk.compare(ZERO_CHUNK, 0, count, 0, count) !== 0) this.write(at, ZERO_CHUNK, 0, count);
      at += count;
    }
  }

  /** To go on as if there were nothing would pass over what is there. */
  private tooShort(length: number): RocketmqError {
    return new RocketmqError(`${this.path} was read up to byte ${length} of ${this.size} only`, {
      kind: "failed",
      hint: "look after the disk, or after whoever cut the file, and start the broker again",
    });
  }

  remove(): void {
    this.open.forget(this.path);
    this.open.files.remove(this.path);
    this.isRemoved = true;
  }

  close(): void {
    this.open.forget(this.path);
  }
}
