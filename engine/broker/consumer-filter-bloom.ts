/**
 * Which bits stand for a group and topic in filter bit maps. Upstream: BloomFilter, with Guava's murmur3_128. This
 * engine keeps no bit maps; the positions are written to consumerFilter.json, which upstream ignores without them.
 */
const MASK = 0xffff_ffff_ffff_ffffn;
const C1 = 0x87c3_7b91_1142_53d5n;
const C2 = 0x4cf5_ad43_2745_937fn;
const BLOCK = 16;

/** Upstream: BloomFilterData. */
export interface BloomFilterData {
  bitNum: number;
  bitPos: number[];
}

export interface BloomSize {
  /** Hash functions. */
  positions: number;
  bits: number;
}

/** For so many consumers and so many percent of wrong hits. */
export function bloomSize(consumers: number, errorPercent: number): BloomSize {
  const error = Math.min(99, Math.max(1, errorPercent)) / 100;
  const bits = Math.ceil(Math.max(1, consumers) * Math.log2(1 / error) * Math.LOG2E);
  return { positions: Math.ceil(Math.log(error) / Math.log(0.5)), bits: Math.ceil(bits / 8) * 8 };
}

export function bloomData(text: string, { positions, bits }: BloomSize): BloomFilterData {
  const hash = murmurLow(Buffer.from(text));
  const first = Number(BigInt.asIntN(32, hash));
  const second = Number(BigInt.asIntN(32, hash >> 32n));
  const bitPos = Array.from({ length: positions }, (_, i) => {
    const combined = (first + Math.imul(i + 1, second)) | 0;
    return (combined < 0 ? ~combined : combined) % bits;
  });
  return { bitNum: bits, bitPos };
}

/** Lower half of MurmurHash3_x64_128 with seed 0. */
function murmurLow(bytes: Buffer): bigint {
  let h1 = 0n;
  let h2 = 0n;
  const whole = bytes.length - (bytes.length % BLOCK);
  for (let at = 0; at < whole; at += BLOCK) {
    h1 = add(add(rotate(h1 ^ mix1(bytes.readBigUInt64LE(at)), 27n), h2) * 5n, 0x52dce729n);
    h2 = add(add(rotate(h2 ^ mix2(bytes.readBigUInt64LE(at + 8)), 31n), h1) * 5n, 0x38495ab5n);
  }
  const tail = Buffer.alloc(BLOCK);
  bytes.copy(tail, 0, whole);
  const length = BigInt(bytes.length);
  h1 ^= mix1(tail.readBigUInt64LE(0)) ^ length;
  h2 ^= mix2(tail.readBigUInt64LE(8)) ^ length;
  h1 = add(h1, h2);
  h2 = add(h2, h1);
  return add(avalanche(h1), avalanche(h2));
}

function add(left: bigint, right: bigint): bigint {
  return (left + right) & MASK;
}

function rotate(value: bigint, by: bigint): bigint {
  return ((value << by) | (value >> (64n - by))) & MASK;
}

function mix1(value: bigint): bigint {
  return (rotate((value * C1) & MASK, 31n) * C2) & MASK;
}

function mix2(value: bigint): bigint {
  return (rotate((value * C2) & MASK, 33n) * C1) & MASK;
}

function avalanche(value: bigint): bigint {
  const once = ((value ^ (value >> 33n)) * 0xff51_afd7_ed55_8ccdn) & MASK;
  const twice = ((once ^ (once >> 33n)) * 0xc4ce_b9fe_1a85_ec53n) & MASK;
  return twice ^ (twice >> 33n);
}
