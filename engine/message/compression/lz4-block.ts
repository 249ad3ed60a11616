/**
 * LZ4 blocks. Upstream: net.jpountz.lz4.LZ4SafeDecompressor, LZ4FastCompressor. A block is sequences of
 *
 *     token (4 bits literal count | 4 bits match length - 4) [count bytes] literals [offset u16 LE] [length bytes]
 *
 * where a count of 15 goes on in bytes up to one below 255; the last sequence is literals only.
 */
import { CorruptError } from "../../base/errors.js";

const MIN_MATCH = 4;
/** No match begins in the last 12 bytes of a block, none reaches into the last 5. */
const MATCH_LIMIT = 12;
const LAST_LITERALS = 5;
const HASH_BITS = 14;
const MAX_DISTANCE = 0xffff;

/** Undoes a block into `into` from `at` on; returns where it ends. Throws CorruptError rather than leave either buffer. */
export function inflateBlock(block: Buffer, into: Buffer, at: number): number {
  let to = at;
  return walk(block, into.length - at, (literalsAt, literals, distance, length) => {
    to += block.copy(into, to, literalsAt, literalsAt + literals);
    if (length === 0) return;
    if (distance > to) throw broken("refers to what is not there");
    if (distance >= length) into.copyWithin(to, to - distance, to - distance + length);
    else for (let i = to; i < to + length; i++) into[i] = into[i - distance] ?? 0;
    to += length;
  });
}

/** How many bytes a block becomes; throws CorruptError when it is damaged or they are more than `maxBytes`. */
export function measureBlock(block: Buffer, maxBytes: number): number {
  return walk(block, maxBytes, () => undefined);
}

/** Follows the sequences; the last one has a match of length 0. Returns the bytes they become. */
function walk(
  block: Buffer,
  maxBytes: number,
  sequence: (literalsAt: number, literals: number, distance: number, length: number) => void,
): number {
  let at = 0;
  let total = 0;
  const count = (nibble: number): number => {
    let sum = nibble;
    for (let more = nibble === 15; more;) {
      const byte = block[at++];
      if (byte === undefined) throw broken("is cut short");
      sum += byte;
      more = byte === 255;
    }
    return sum;
  };
  while (at < block.length) {
    const token = block[at++] ?? 0;
    const literals = count(token >> 4);
    const literalsAt = at;
    at += literals;
    if (at > block.length) throw broken("is cut short");
    const isLast = at === block.length;
    if (!isLast && at + 2 > block.length) throw broken("is cut short");
    const distance = isLast ? 0 : block.readUInt16LE(at);
    if (!isLast && distance === 0) throw broken("refers to what is not there");
    at += 2;
    const length = isLast ? 0 : count(token & 15) + MIN_MATCH;
    total += literals + length;
    if (total > maxBytes) throw broken("is larger than it may be");
    sequence(literalsAt, literals, distance, length);
  }
  return total;
}

/** The most bytes a block of `length` bytes can become. */
export function blockBound(length: number): number {
  return length + Math.floor(length / 255) + 16;
}

/** Makes one block of all the bytes; returns its length. `into` has room for `blockBound`. */
export function deflateBlock(bytes: Buffer, into: Buffer): number {
  const seen = new Int32Array(1 << HASH_BITS).fill(-1);
  const lastMatch = bytes.length - MATCH_LIMIT;
  const matchEnd = bytes.length - LAST_LITERALS;
  let to = 0;
  let anchor = 0;
  const counted = (value: number): void => {
    let left = value - 15;
    for (; left >= 255; left -= 255) into[to++] = 255;
    if (left >= 0) into[to++] = left;
  };
  const sequence = (end: number, matchLength: number | undefined): void => {
    const literals = end - anchor;
    const rest = matchLength === undefined ? 0 : matchLength - MIN_MATCH;
    into[to++] = (Math.min(literals, 15) << 4) | Math.min(rest, 15);
    counted(literals);
    to += bytes.copy(into, to, anchor, end);
  };
  for (let at = 0, misses = 0; at < lastMatch;) {
    const word = bytes.readInt32LE(at);
    const hash = Math.imul(word, -1640531535) >>> (32 - HASH_BITS);
    const candidate = seen[hash] ?? -1;
    seen[hash] = at;
    if (candidate < 0 || at - candidate > MAX_DISTANCE || bytes.readInt32LE(candidate) !== word) {
      at += 1 + (misses++ >> 6); // what does not compress is passed over faster and faster
      continue;
    }
    misses = 0;
    let length = MIN_MATCH;
    while (at + length < matchEnd && bytes[at + length] === bytes[candidate + length]) length++;
    sequence(at, length);
    to = into.writeUInt16LE(at - candidate, to);
    counted(length - MIN_MATCH);
    at += length;
    anchor = at;
  }
  sequence(bytes.length, undefined);
  return to;
}

function broken(what: string): CorruptError {
  return new CorruptError(`the LZ4 block ${what}`);
}
