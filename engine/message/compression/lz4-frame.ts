/**
 * LZ4 frames. Upstream: Lz4Compressor, net.jpountz.lz4.LZ4FrameInputStream, LZ4FrameOutputStream.
 *
 *     magic 0x184D2204 LE | FLG | BD | [content size u64 LE] | [dictionary id] | header checksum
 *     ( block size u32 LE, top bit: stored as it is | block | [block checksum] )*
 *     end mark 0 | [content checksum]
 *
 * Java's reader takes independent blocks only, so that is what is written; both kinds are read.
 */
import { CorruptError } from "../../base/errors.js";
import { blockBound, deflateBlock, inflateBlock, measureBlock } from "./lz4-block.js";
import { xxHash32 } from "./xxhash32.js";

const MAGIC = 0x184d2204;
const VERSION = 0x40;
const INDEPENDENT = 0x20;
const BLOCK_CHECKSUM = 0x10;
const CONTENT_SIZE = 0x08;
const CONTENT_CHECKSUM = 0x04;
const DICTIONARY = 0x01;
const STORED = 0x80000000;
const BLOCK_SIZES = new Map([
  [4, 64 * 1024],
  [5, 256 * 1024],
  [6, 1024 * 1024],
  [7, 4 * 1024 * 1024],
]);
const LARGEST_BLOCK = 7;

/** One frame of the bytes, as Java writes it: independent blocks of 4 MiB, no checksums. */
export function deflateLz4(bytes: Buffer): Buffer {
  const head = Buffer.alloc(7);
  head.writeUInt32LE(MAGIC);
  head[4] = VERSION | INDEPENDENT;
  head[5] = LARGEST_BLOCK << 4;
  head[6] = headerChecksum(head.subarray(4, 6));
  const parts: Buffer[] = [head];
  const step = blockSize(LARGEST_BLOCK);
  for (let at = 0; at < bytes.length; at += step) {
    const plain = bytes.subarray(at, at + step);
    const block = Buffer.allocUnsafe(blockBound(plain.length));
    const length = deflateBlock(plain, block);
    const worthIt = length < plain.length;
    const size = Buffer.alloc(4);
    size.writeUInt32LE(worthIt ? length : (plain.length | STORED) >>> 0);
    parts.push(size, worthIt ? block.subarray(0, length) : plain);
  }
  parts.push(Buffer.alloc(4));
  return Buffer.concat(parts);
}

/** The content of a frame; throws CorruptError when it is none, is damaged, or has more than `maxBytes` in it. */
export function inflateLz4(frame: Buffer, maxBytes: number): Buffer {
  try {
    return inflateFrame(frame, maxBytes);
  } catch (error) {
    if (error instanceof RangeError) throw broken("is cut short"); // a read past the end
    throw error;
  }
}

function inflateFrame(frame: Buffer, maxBytes: number): Buffer {
  const header = readHeader(frame);
  const { blocks, end } = readBlocks(frame, header);
  let total = 0;
  for (const { bytes, isStored } of blocks) {
    const left = Math.min(maxBytes - total, header.largest);
    total += isStored ? bytes.length : measureBlock(bytes, left);
    if (total > maxBytes) throw broken("is larger than it may be");
  }
  const content = Buffer.allocUnsafe(total);
  let at = 0;
  for (const { bytes, isStored } of blocks) {
    at += isStored ? bytes.copy(content, at) : inflateBlock(bytes, content, at);
  }
  const { flags } = header;
  if ((flags & CONTENT_CHECKSUM) !== 0 && frame.readUInt32LE(end) !== xxHash32(content)) {
    throw broken("is damaged");
  }
  return content;
}

function readBlocks(frame: Buffer, { flags, largest, start }: Header) {
  const blocks: { bytes: Buffer; isStored: boolean }[] = [];
  for (let at = start; ;) {
    const word = frame.readUInt32LE(at);
    at += 4;
    if (word === 0) return { blocks, end: at };
    const size = word & ~STORED;
    if (size > largest || at + size > frame.length) throw broken("has a block that is too long");
    const bytes = frame.subarray(at, at + size);
    at += size;
    blocks.push({ bytes, isStored: word >= STORED });
    if ((flags & BLOCK_CHECKSUM) === 0) continue;
    if (frame.readUInt32LE(at) !== xxHash32(bytes)) throw broken("has a block that is damaged");
    at += 4;
  }
}

interface Header {
  flags: number;
  /** Bytes of the largest block, inflated. */
  largest: number;
  /** Where the blocks begin. */
  start: number;
}

function readHeader(frame: Buffer): Header {
  if (frame.readUInt32LE(0) !== MAGIC) throw broken("does not begin as one");
  const flags = frame.readUInt8(4);
  if ((flags & 0xc0) !== VERSION) throw broken("is of another version");
  if ((flags & DICTIONARY) !== 0) throw broken("needs a dictionary");
  const largest = blockSize((frame.readUInt8(5) >> 4) & 7);
  const end = 6 + ((flags & CONTENT_SIZE) === 0 ? 0 : 8);
  if (frame.readUInt8(end) !== headerChecksum(frame.subarray(4, end))) {
    throw broken("has a damaged header");
  }
  return { flags, largest, start: end + 1 };
}

function blockSize(id: number): number {
  const size = BLOCK_SIZES.get(id);
  if (size === undefined) throw broken("has blocks of no known size");
  return size;
}

function headerChecksum(descriptor: Buffer): number {
  return (xxHash32(descriptor) >>> 8) & 0xff;
}

function broken(what: string): CorruptError {
  return new CorruptError(`the LZ4 frame ${what}`);
}
