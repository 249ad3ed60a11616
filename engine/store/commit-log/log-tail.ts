/** The newest bytes of the commit log in memory: appends go here first, and readers near the end find them here. */
import { present } from "../../base/assert.js";

const CHUNK_SIZE = 2 << 20;
const MAX_CHUNKS = 8;

interface Chunk {
  /** Physical offset of the first byte. */
  start: number;
  buffer: Buffer;
  used: number;
  /** Bytes that are in the file already. */
  written: number;
}

/**
 * Chunks are never used twice, so slices given to readers stay as they are for as long as they are held.
 * A record lies in one chunk, a chunk lies in one file.
 */
export class LogTail {
  private readonly chunks: Chunk[] = [];
  private current: Chunk | undefined;

  /** Room for `size` bytes at physical offset `offset`, right behind what was reserved last. */
  reserve(offset: number, size: number): { buffer: Buffer; at: number } {
    let chunk = this.current;
    if (
      chunk === undefined ||
      chunk.start + chunk.used !== offset ||
      chunk.buffer.length - chunk.used < size
    ) {
      chunk = this.begin(offset, size);
    }
    const at = chunk.used;
    chunk.used += size;
    return { buffer: chunk.buffer, at };
  }

  /** The next reservation begins a new chunk: it will be in another file. */
  endChunk(): void {
    this.current = undefined;
  }

  /** Gives every stretch that is not in a file yet to `write`, oldest first. */
  writeOut(write: (offset: number, buffer: Buffer, at: number, length: number) => void): void {
    for (const chunk of this.chunks) {
      if (chunk.written === chunk.used) continue;
      write(chunk.start + chunk.written, chunk.buffer, chunk.written, chunk.used - chunk.written);
      chunk.written = chunk.used;
    }
    while (this.chunks.length > MAX_CHUNKS) this.chunks.shift();
  }

  /** The bytes at a physical offset, if all of them are in one chunk. */
  find(offset: number, length: number): Buffer | undefined {
    for (let i = this.chunks.length - 1; i >= 0; i--) {
      const { start, buffer, used } = present(this.chunks[i]);
      if (offset < start) continue;
      const at = offset - start;
      return at + length <= used ? buffer.subarray(at, at + length) : undefined;
    }
    return undefined;
  }

  /** Forgets everything from an offset on. */
  cutAt(offset: number): void {
    while (this.chunks.length > 0) {
      const last = present(this.chunks[this.chunks.length - 1]);
      if (last.start < offset) {
        last.used = Math.min(last.used, offset - last.start);
        last.written = Math.min(last.written, last.used);
        break;
      }
      this.chunks.pop();
    }
    // readers may hold slices of what was there
    this.current = undefined;
  }

  clear(): void {
    this.chunks.length = 0;
    this.current = undefined;
  }

  private begin(offset: number, size: number): Chunk {
    const buffer = Buffer.allocUnsafeSlow(Math.max(CHUNK_SIZE, size));
    const chunk = { start: offset, buffer, used: 0, written: 0 };
    this.chunks.push(chunk);
    this.current = chunk;
    return chunk;
  }
}
