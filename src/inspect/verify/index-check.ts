import { relative } from "node:path";
import { FileReader } from "../store-files.js";
import type { Findings, Severity } from "./findings.js";
import { HIGH } from "./record-check.js";

/** An index file as its header and size say. */
export interface IndexShape {
  path: string;
  file: string;
  /** Slots of the table; the number stands nowhere and is found by trying. */
  slots: number;
  /** Room for entries; one less can be used. */
  entries: number;
  /** Number of the next entry, from 1. */
  count: number;
  beginTimestamp: number;
  endTimestamp: number;
  beginPhysicalOffset: number;
  endPhysicalOffset: number;
  /** Its entries are in order and its chains whole: they can be compared with the log. */
  isWhole: boolean;
  /** A broker that starts builds it anew: what is wrong with it mends itself. */
  isBuiltAnew: boolean;
}

export const INDEX_HEADER = 40;
export const INDEX_SLOT = 4;
export const INDEX_ENTRY = 20;
const DEFAULT_SLOTS = 5_000_000;
const WINDOW_ENTRIES = 13_000;
const REPAIR = "builds the index anew from the log";
const COST = "queries by key may miss messages, or find others";

/** As the header says; one that cannot be read is taken for young. */
function endTimestampOf(reader: FileReader): number {
  const bytes = reader.read(8, 8);
  return bytes.length < 8 ? Infinity : bytes.readInt32BE(0) * HIGH + bytes.readUInt32BE(4);
}

/** Checks every index file against itself: header, slots, chains, order. `keptUntil`: files up to this time are kept by a recovery. */
export function checkIndexFiles(
  root: string,
  paths: readonly string[],
  { findings, lenient, keptUntil }: { findings: Findings; lenient: boolean; keptUntil: number },
): IndexShape[] {
  const shapes: IndexShape[] = [];
  let slots = 0;
  for (const path of paths) {
    const reader = new FileReader(path);
    try {
      const file = relative(root, path);
      const isBuiltAnew = lenient && endTimestampOf(reader) > keptUntil;
      const severity: Severity = isBuiltAnew ? "recoverable" : "damage";
      const add: Add = (code, offset, what) => {
        findings.add({
          ...{ severity, part: "index", code, file, offset, what },
          ...{ cost: COST, repair: REPAIR },
        });
      };
      const shape = readShape(reader, {
        ...{ path, file, knownSlots: slots, add, isBuiltAnew },
      });
      if (shape === undefined) continue;
      if (shape.count > 1) ({ slots } = shape);
      checkChains(reader, shape, add);
      shapes.push(shape);
    } finally {
      reader.close();
    }
  }
  return shapes;
}

type Add = (code: string, offset: number | null, what: string) => void;

function readShape(
  reader: FileReader,
  about: { path: string; file: string; knownSlots: number; add: Add; isBuiltAnew: boolean },
): IndexShape | undefined {
  const { path, file, knownSlots, add, isBuiltAnew } = about;
  const head = reader.read(0, INDEX_HEADER);
  if (head.length < INDEX_HEADER) {
    add("index-short", null, `${String(reader.size)} bytes are no index file`);
    return undefined;
  }
  const [beginTimestamp, endTimestamp, beginPhysicalOffset, endPhysicalOffset] = [0, 8, 16, 24].map(
    (at) => head.readInt32BE(at) * HIGH + head.readUInt32BE(at + 4),
  ) as [number, number, number, number];
  const count = Math.max(1, head.readInt32BE(36));
  const slots = findSlots(reader, {
    count,
    knownSlots,
    begin: beginPhysicalOffset,
    end: endPhysicalOffset,
  });
  if (slots === undefined) {
    add(
      "index-slots",
      null,
      "the number of its slots cannot be told: header or entries are damaged",
    );
    return undefined;
  }
  const entries = Math.floor((reader.size - INDEX_HEADER - slots * INDEX_SLOT) / INDEX_ENTRY);
  const shape = {
    ...{ path, file, slots, entries, count, beginTimestamp, endTimestamp },
    ...{ beginPhysicalOffset, endPhysicalOffset, isWhole: true, isBuiltAnew },
  };
  if (head.readInt32BE(36) < 1 || count > entries) {
    add(
      "index-count",
      36,
      `says that ${String(head.readInt32BE(36))} is its next entry, and has room for ${String(entries)}`,
    );
    shape.isWhole = false;
    shape.count = Math.min(count, entries);
  }
  return shape;
}

/** How many slots stand before the entries: that number at which entries and header make most sense. */
function findSlots(
  reader: FileReader,
  {
    count,
    knownSlots,
    begin,
    end,
  }: { count: number; knownSlots: number; begin: number; end: number },
): number | undefined {
  const most = Math.floor((reader.size - INDEX_HEADER - INDEX_ENTRY) / INDEX_SLOT);
  const fitsSize = (slots: number): boolean =>
    slots >= 1 &&
    slots <= most &&
    (reader.size - INDEX_HEADER - slots * INDEX_SLOT) % INDEX_ENTRY === 0;
  const start = [1, 2, 3, 4, 5].find(fitsSize);
  if (start === undefined) return undefined;
  const usual = [knownSlots, DEFAULT_SLOTS].filter(fitsSize);
  if (count <= 1) return usual[0] ?? start;
  const want = { count, begin, end, perfect: Math.min(PROBES, count - 1) + 2 * BONUS };
  let best = { slots: 0, score: 0 };
  const consider = (slots: number): boolean => {
    const score = scoreOf(reader, slots, want);
    if (score > best.score) best = { slots, score };
    return score === want.perfect;
  };
  if (usual.some(consider)) return best.slots;
  if (most <= DEFAULT_SLOTS)
    for (let slots = start; slots <= most; slots += 5) if (consider(slots)) break;
  return best.score >= want.perfect / 2 ? best.slots : undefined;
}

const PROBES = 24;
const BONUS = 8;

/** How many of the first entries make sense behind so many slots, and whether the header agrees with the outermost. */
function scoreOf(
  reader: FileReader,
  slots: number,
  { count, begin, end }: { count: number; begin: number; end: number },
): number {
  const probes = Math.min(PROBES, count - 1);
  const base = INDEX_HEADER + slots * INDEX_SLOT;
  const bytes = reader.read(base + INDEX_ENTRY, probes * INDEX_ENTRY);
  if (bytes.length < probes * INDEX_ENTRY) return 0;
  let score = offsetIn(bytes, 0) === begin ? BONUS : 0;
  const last = reader.read(base + (count - 1) * INDEX_ENTRY, INDEX_ENTRY);
  if (last.length === INDEX_ENTRY && offsetIn(last, 0) === end) score += BONUS;
  if (score === 0) return 0;
  let before = 0;
  for (let i = 0; i < probes; i++) {
    const at = i * INDEX_ENTRY;
    const hash = bytes.readInt32BE(at);
    const offset = offsetIn(bytes, at);
    const previous = bytes.readInt32BE(at + 16);
    if (hash < 0 || offset < before || offset > end || previous < 0 || previous > i) continue;
    const slot = reader.read(INDEX_HEADER + (hash % slots) * INDEX_SLOT, INDEX_SLOT).readInt32BE(0);
    if (slot < i + 1 || slot >= count) continue;
    // the newest entry of the slot must be one of that slot
    const newest = reader.read(base + slot * INDEX_ENTRY, 4);
    if (newest.length < 4 || newest.readInt32BE(0) % slots !== hash % slots) continue;
    before = offset;
    score++;
  }
  return score;
}

function offsetIn(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at + 4) * HIGH + bytes.readUInt32BE(at + 8);
}

/** Goes over all entries once, with the slots as they would be at that moment. */
function checkChains(reader: FileReader, shape: IndexShape, add: Add): void {
  const { slots, count } = shape;
  const newest = new Int32Array(slots);
  const window = Buffer.allocUnsafeSlow(Math.min(WINDOW_ENTRIES, count) * INDEX_ENTRY);
  const begin = INDEX_HEADER + slots * INDEX_SLOT;
  let before = -1;
  let used = 0;
  const wrong = (code: string, at: number, what: string): void => {
    shape.isWhole = false;
    add(code, at, what);
  };
  for (let from = 1; from < count; from += WINDOW_ENTRIES) {
    const bytes = reader.readInto(
      window,
      begin + from * INDEX_ENTRY,
      Math.min(WINDOW_ENTRIES, count - from) * INDEX_ENTRY,
    );
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = 0, number = from; at + INDEX_ENTRY <= bytes.length; at += INDEX_ENTRY, number++) {
      const hash = view.getInt32(at);
      const offset = view.getInt32(at + 4) * HIGH + view.getUint32(at + 8);
      const position = begin + number * INDEX_ENTRY;
      if (offset < before) {
        wrong(
          "index-order",
          position,
          `entry ${String(number)} points to ${String(offset)}, the one before it to ${String(before)}`,
        );
      } else before = offset;
      if (hash < 0) {
        wrong(
          "index-hash",
          position,
          `entry ${String(number)} has the hash ${String(hash)}, which no key has`,
        );
        continue;
      }
      const slot = hash % slots;
      const previous = view.getInt32(at + 16);
      if (previous !== newest[slot]) {
        wrong(
          "index-chain",
          position + 16,
          `entry ${String(number)} goes on at entry ${String(previous)}, and should at ${String(newest[slot])}`,
        );
      }
      if (newest[slot] === 0) used++;
      newest[slot] = number;
    }
  }
  checkSlots(reader, { newest, used, shape, wrong });
  checkEnds(reader, shape, wrong);
}

function checkSlots(
  reader: FileReader,
  about: {
    newest: Int32Array;
    used: number;
    shape: IndexShape;
    wrong: (code: string, at: number, what: string) => void;
  },
): void {
  const { newest, used, shape, wrong } = about;
  const chunk = 64 * 1024;
  const window = Buffer.allocUnsafeSlow(Math.min(chunk, shape.slots) * INDEX_SLOT);
  for (let from = 0; from < shape.slots; from += chunk) {
    const bytes = reader.readInto(
      window,
      INDEX_HEADER + from * INDEX_SLOT,
      Math.min(chunk, shape.slots - from) * INDEX_SLOT,
    );
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = 0, slot = from; at + INDEX_SLOT <= bytes.length; at += INDEX_SLOT, slot++) {
      const value = view.getInt32(at);
      if (value === newest[slot]) continue;
      // a broker takes what cannot be an entry for an empty slot
      wrong(
        "index-slot",
        INDEX_HEADER + slot * INDEX_SLOT,
        `slot ${String(slot)} leads to entry ${String(value)}, and should to ${String(newest[slot])}`,
      );
    }
  }
  const head = reader.read(32, 4).readInt32BE(0);
  if (head !== used)
    wrong(
      "index-header",
      32,
      `says that ${String(head)} slots are in use, and ${String(used)} are`,
    );
}

function checkEnds(
  reader: FileReader,
  shape: IndexShape,
  wrong: (code: string, at: number, what: string) => void,
): void {
  const { count, slots, beginPhysicalOffset, endPhysicalOffset } = shape;
  if (count <= 1) return;
  const offsetOf = (number: number): number => {
    const bytes = reader.read(INDEX_HEADER + slots * INDEX_SLOT + number * INDEX_ENTRY + 4, 8);
    return bytes.length < 8 ? -1 : bytes.readInt32BE(0) * HIGH + bytes.readUInt32BE(4);
  };
  const [first, last] = [offsetOf(1), offsetOf(count - 1)];
  if (first !== beginPhysicalOffset) {
    wrong(
      "index-header",
      16,
      `says that it begins at ${String(beginPhysicalOffset)}, and its first entry points to ${String(first)}`,
    );
  }
  if (last !== endPhysicalOffset) {
    wrong(
      "index-header",
      24,
      `says that it ends at ${String(endPhysicalOffset)}, and its last entry points to ${String(last)}`,
    );
  }
}
