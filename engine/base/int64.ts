import { CorruptError } from "./errors.js";

/** 2^32, to put an int64 together from two 32-bit halves without a BigInt. */
const HIGH = 0x1_0000_0000;

/** Reads a big-endian int64 as a number; throws when it does not fit 53 bits. */
export function readInt64(bytes: Buffer, at: number): number {
  const value = bytes.readInt32BE(at) * HIGH + bytes.readUInt32BE(at + 4);
  if (!Number.isSafeInteger(value)) throw unsafe(String(bytes.readBigInt64BE(at)));
  return value;
}

/** Writes a safe integer as a big-endian int64. */
export function writeInt64(bytes: Buffer, value: number, at: number): void {
  if (!Number.isSafeInteger(value)) throw unsafe(String(value));
  bytes.writeInt32BE(Math.floor(value / HIGH), at);
  bytes.writeUInt32BE(value - Math.floor(value / HIGH) * HIGH, at + 4);
}

/** Parses decimal text as an int64 that fits 53 bits; undefined when it is not one. */
export function parseInt64(text: string): number | undefined {
  if (!/^[+-]?\d{1,19}$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

function unsafe(text: string): CorruptError {
  return new CorruptError(`the number ${text} does not fit 53 bits`);
}
