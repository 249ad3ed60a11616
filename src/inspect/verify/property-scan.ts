/** Property bytes that verify looks for: found in place, last one of a name counts. */
const NAME_VALUE = 1;
const PAIR = 2;

/** Where the value of a property stands; `from` is -1 when it is not there or empty. */
export interface Span {
  from: number;
  to: number;
  /** Bytes of the name and of the separator behind it. */
  readonly nameLength: number;
}

/** The first four bytes of the names, as they are read in one go. */
const TAGS = 0x54414753;
const KEYS = 0x4b455953;
const UNIQ = 0x554e4951;
const UNIQ_REST = 0x5f4b4559;
const DELAY = 0x44454c41;
const INNER = 0x494e4e45;
const Y = 0x59;

const MULTI_DISPATCH = Buffer.from("INNER_MULTI_DISPATCH");
const MULTI_OFFSET = Buffer.from("INNER_MULTI_QUEUE_OFFSET");

const EACH_PAIR = 0x02020202;
const EACH_ONE = 0x01010101;
const EACH_TOP = 0x80808080 | 0;

/** Goes over the properties of records without making strings of them. */
export class PropertyScan {
  readonly tags = spanOf("TAGS");
  readonly keys = spanOf("KEYS");
  readonly uniqKey = spanOf("UNIQ_KEY");
  readonly delay = spanOf("DELAY");
  readonly multiDispatch = spanOf("INNER_MULTI_DISPATCH");
  readonly multiOffset = spanOf("INNER_MULTI_QUEUE_OFFSET");

  scan(bytes: Buffer, view: DataView, from: number, end: number): void {
    this.tags.from = this.keys.from = this.uniqKey.from = this.delay.from = -1;
    this.multiDispatch.from = this.multiOffset.from = -1;
    for (let at = from; at < end; at++) {
      let span: Span | undefined;
      let value = at;
      // the shortest name, a separator and something behind it
      if (at + 5 < end) {
        switch (view.getInt32(at)) {
          case TAGS:
            if (bytes[at + 4] === NAME_VALUE) span = this.tags;
            break;
          case KEYS:
            if (bytes[at + 4] === NAME_VALUE) span = this.keys;
            break;
          case UNIQ:
            if (at + 8 < end && view.getInt32(at + 4) === UNIQ_REST && bytes[at + 8] === NAME_VALUE)
              span = this.uniqKey;
            break;
          case DELAY:
            if (bytes[at + 4] === Y && bytes[at + 5] === NAME_VALUE) span = this.delay;
            break;
          case INNER:
            if (begins(bytes, at, end, MULTI_DISPATCH)) span = this.multiDispatch;
            else if (begins(bytes, at, end, MULTI_OFFSET)) span = this.multiOffset;
        }
        if (span !== undefined) value = at + span.nameLength;
      }
      at = endOfPair(bytes, view, value, end);
      if (span !== undefined && at > value) {
        span.from = value;
        span.to = at;
      }
    }
  }
}

function spanOf(name: string): Span {
  return { from: -1, to: -1, nameLength: name.length + 1 };
}

/** Where the next separator of properties stands, or the end. */
function endOfPair(bytes: Buffer, view: DataView, from: number, end: number): number {
  let at = from;
  // eight at a time: a byte of a word is 0 where a separator stands
  for (; at + 8 <= end; at += 8) {
    const one = view.getInt32(at) ^ EACH_PAIR;
    const two = view.getInt32(at + 4) ^ EACH_PAIR;
    if (((((one - EACH_ONE) & ~one) | ((two - EACH_ONE) & ~two)) & EACH_TOP) !== 0) break;
  }
  while (at < end && bytes[at] !== PAIR) at++;
  return at;
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
    const a = bytes[at] as number;
    const b = bytes[at + 1] as number;
    const c = bytes[at + 2] as number;
    const d = bytes[at + 3] as number;
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
