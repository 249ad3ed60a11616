import { UsageError } from "../cli/exit-codes.js";

/** One line of an input, without its end. */
export interface Line {
  /** From 1. */
  number: number;
  /** As it stood there, whatever its encoding. */
  bytes: Buffer;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Splits at LF and CR LF. Bytes, not text: a body need not be UTF-8, and Unicode's own line separators belong to it.
 * Throws a usage error for a line of more than `maxBytes`, without keeping more of it than that.
 */
export async function* linesOf(
  input: AsyncIterable<string | Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Line> {
  let number = 1;
  let begun: Buffer[] = [];
  let size = 0;
  const finished = (rest: Buffer): Line => {
    const bytes = begun.length === 0 ? rest : Buffer.concat([...begun, rest]);
    begun = [];
    size = 0;
    return {
      number: number++,
      bytes: bytes.at(-1) === CARRIAGE_RETURN ? bytes.subarray(0, -1) : bytes,
    };
  };
  const check = (length: number): void => {
    if (size + length <= maxBytes + 1) return;
    throw new UsageError(
      `line ${String(number)} has more than ${String(maxBytes)} bytes, the most it may have`,
    );
  };
  for await (const piece of input) {
    const chunk = typeof piece === "string" ? Buffer.from(piece) : asBuffer(piece);
    let from = 0;
    for (;;) {
      const end = chunk.indexOf(LINE_FEED, from);
      if (end === -1) break;
      check(end - from);
      yield finished(chunk.subarray(from, end));
      from = end + 1;
    }
    if (from === chunk.length) continue;
    check(chunk.length - from);
    begun.push(chunk.subarray(from));
    size += chunk.length - from;
  }
  if (size > 0) yield finished(Buffer.alloc(0));
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
