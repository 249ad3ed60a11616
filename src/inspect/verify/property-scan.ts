/** Property bytes that verify looks for: found in place, last one of a name counts. */
const NAME_VALUE = 1;
const PAIR = 2;

/** Where the value of a property stands; `from` is -1 when it is not there or empty. */
export interface Span {
  from: number;
  to: number;
}

const names = {
  tags: Buffer.from("TAGS"),
  keys: Buffer.from("KEYS"),
  uniqKey: Buffer.from("UNIQ_KEY"),
  delay: Buffer.from("DELAY"),
  multiDispatch: Buffer.from("INNER_MULTI_DISPATCH"),
  multiOffset: Buffer.from("INNER_MULTI_QUEUE_OFFSET"),
};

/** Goes over the properties of records without making strings of them. */
export class PropertyScan {
  readonly tags: Span = { from: -1, to: -1 };
  readonly keys: Span = { from: -1, to: -1 };
  readonly uniqKey: Span = { from: -1, to: -1 };
  readonly delay: Span = { from: -1, to: -1 };
  readonly multiDispatch: Span = { from: -1, to: -1 };
  readonly multiOffset: Span = { from: -1, to: -1 };

  scan(bytes: Buffer, from: number, end: number): void {
    this.tags.from = this.keys.from = this.uniqKey.from = this.delay.from = -1;
    this.multiDispatch.from = this.multiOffset.from = -1;
    for (let at = from; at < end;) {
      const span = this.named(bytes, at, end);
      if (span === undefined) {
        while (at < end && bytes[at] !== PAIR) at++;
      } else {
        const { 0: value, 1: target } = span;
        at = value;
        while (at < end && bytes[at] !== PAIR) at++;
        if (at > value) {
          target.from = value;
          target.to = at;
        }
      }
      at++;
    }
  }

  /** Start of the value, and where to note it, when one of the names begins at `at`. */
  private named(bytes: Buffer, at: number, end: number): [number, Span] | undefined {
    switch (bytes[at]) {
      case 0x54: // T
        return begins(bytes, at, end, names.tags) ? [at + 5, this.tags] : undefined;
      case 0x4b: // K
        return begins(bytes, at, end, names.keys) ? [at + 5, this.keys] : undefined;
      case 0x55: // U
        return begins(bytes, at, end, names.uniqKey) ? [at + 9, this.uniqKey] : undefined;
      case 0x44: // D
        return begins(bytes, at, end, names.delay) ? [at + 6, this.delay] : undefined;
      case 0x49: // I
        if (begins(bytes, at, end, names.multiDispatch)) return [at + 21, this.multiDispatch];
        return begins(bytes, at, end, names.multiOffset) ? [at + 25, this.multiOffset] : undefined;
      default:
        return undefined;
    }
  }
}

function begins(bytes: Buffer, at: number, end: number, name: Buffer): boolean {
  if (at + name.length >= end || bytes[at + name.length] !== NAME_VALUE) return false;
  for (let i = 1; i < name.length; i++) if (bytes[at + i] !== name[i]) return false;
  return true;
}

/** Java's hash of UTF-8 text, going on from the hash of what stands before it. */
export function javaHashOf(bytes: Buffer, from: number, to: number, before = 0): number {
  let hash = before;
  let at = from;
  // four at a time: each multiplication would have to wait for the one before
  for (; at + 4 <= to; at += 4) {
    const [a, b] = [bytes[at] as number, bytes[at + 1] as number];
    const [c, d] = [bytes[at + 2] as number, bytes[at + 3] as number];
    if (((a | b | c | d) & 0x80) !== 0) return hashOfText(bytes.toString("utf8", from, to), before);
    const own = Math.imul(a, 29_791) + Math.imul(b, 961) + Math.imul(c, 31) + d;
    hash = (Math.imul(hash, 923_521) + own) | 0;
  }
  for (; at < to; at++) {
    const byte = bytes[at] as number;
    if (byte >= 0x80) return hashOfText(bytes.toString("utf8", from, to), before);
    hash = (Math.imul(hash, 31) + byte) | 0;
  }
  return hash;
}

function hashOfText(text: string, before: number): number {
  let hash = before;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return hash;
}
