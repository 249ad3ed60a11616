import { closeSync } from "node:fs";
import { openUnder, type Overlay, readUnder } from "./overlay.js";

const SIZE = 512 << 10;
/** No record is larger: the most that a broker can be told to take is far below. */
export const LARGEST_RECORD = 256 << 20;

/** One file through a buffer that moves along; positions count from the file's first byte. */
export class LogWindow {
  bytes: Buffer = Buffer.alloc(0);
  view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length);
  /** Position of the first byte in the buffer, and how many are in it. */
  start = 0;
  length = 0;
  size = 0;
  private fd = -1;
  private path = "";
  private readonly overlay: Overlay | undefined;

  constructor(overlay?: Overlay) {
    this.overlay = overlay;
  }

  open(path: string, size: number): void {
    this.close();
    this.fd = openUnder(this.overlay, path);
    this.path = path;
    this.size = size;
    this.start = this.length = 0;
  }

  close(): void {
    if (this.fd >= 0) closeSync(this.fd);
    this.fd = -1;
  }

  /** Index in the buffer where `length` bytes from `position` stand; -1 when the file has not so many. */
  find(position: number, length: number): number {
    const at = position - this.start;
    if (at >= 0 && at + length <= this.length) return at;
    if (position + length > this.size) return -1;
    this.load(position, length);
    return this.length >= length ? 0 : -1;
  }

  /** Bytes behind `position` that are in the buffer after as much as possible was read. */
  fill(position: number): number {
    const at = position - this.start;
    if (at < 0 || at >= this.length) this.load(position, 1);
    return this.length - (position - this.start);
  }

  /** Reads anew, starting at `position`. */
  load(position: number, atLeast: number): void {
    const usual = Math.min(SIZE, this.size);
    if (atLeast > this.bytes.length || (this.bytes.length > SIZE && atLeast <= SIZE)) {
      this.bytes = Buffer.allocUnsafeSlow(Math.max(atLeast, usual));
      this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length);
    }
    this.start = position;
    this.length = 0;
    const wanted = Math.min(this.bytes.length, this.size - position);
    this.length = readUnder(this.overlay, {
      ...{ fd: this.fd, path: this.path, into: this.bytes, length: wanted, position },
    });
  }
}
