import { join } from "node:path";
import { CorruptError, RocketmqError } from "../../engine/base/errors.js";
import {
  HEADER_SIZE as HEADER,
  INDEX_ENTRY_SIZE as ENTRY,
  SLOT_SIZE as SLOT,
  keyHash as indexKeyHash,
} from "../../engine/store/index/index-header.js";
import type { ByteRange, FieldSource } from "./hex-dump.js";
import { touching } from "./hex-dump.js";
import { type ByteField, type Layout, layoutFields } from "./layout.js";
import { FileReader, isFile, namesIn, partOfStore } from "./store-files.js";

export { indexKeyHash };

/** [S-IDX-1] */
const HEADER_LAYOUT: Layout = [
  { name: "beginTimestamp", type: "int64", unit: "ms" },
  { name: "endTimestamp", type: "int64", unit: "ms" },
  { name: "beginPhyOffset", type: "int64" },
  { name: "endPhyOffset", type: "int64" },
  { name: "hashSlotCount", type: "int32" },
  { name: "indexCount", type: "int32" },
];
const ENTRY_LAYOUT: Layout = [
  { name: "keyHash", type: "int32" },
  { name: "physicalOffset", type: "int64" },
  { name: "seconds", type: "int32" },
  { name: "previous", type: "int32" },
];
const DEFAULT_SLOTS = 5_000_000;

export interface IndexFileHeader {
  file: string;
  beginTimestamp: number;
  endTimestamp: number;
  beginPhysicalOffset: number;
  endPhysicalOffset: number;
  /** Slots in use. */
  slotCount: number;
  /** Number of the next entry; the first is 1. */
  indexCount: number;
  /** Slots of the file; undefined when it cannot be told. */
  slots: number | undefined;
}

export interface IndexEntry {
  file: string;
  number: number;
  keyHash: number;
  physicalOffset: number;
  /** Milliseconds, in whole seconds after the file's first. */
  storeTimestamp: number;
  /** Entry before this one in its slot's chain; 0 at the end. */
  previous: number;
}

/** The index files of a store, of an index folder, or the one that is named. */
export function indexFiles(path: string): string[] {
  const isIndex = (name: string): boolean => /^\d{17}$/.test(name);
  const root = partOfStore(path, "index", (names) => names.some(isIndex));
  if (isFile(root)) return [root];
  return namesIn(root)
    .filter(isIndex)
    .map((name) => join(root, name));
}

/** The one file that is meant; a usage error when there are several. */
export function oneIndexFile(path: string): string {
  const files = indexFiles(path);
  const [first] = files;
  if (first === undefined)
    throw new RocketmqError(`${path} has no index file`, { kind: "not-found" });
  if (files.length === 1) return first;
  throw new RocketmqError(`--hex shows one file, and there are ${String(files.length)}`, {
    kind: "usage",
    hint: `name the file, such as ${first}`,
  });
}

/** Header of one index file. The number of slots stands nowhere: it is the one at which the first entry fits. */
export function readIndexHeader(file: string, slots?: number): IndexFileHeader {
  const reader = new FileReader(file);
  try {
    const head = reader.read(0, HEADER);
    if (head.length < HEADER)
      throw new CorruptError(`${file} is shorter than the header of an index`);
    const header = {
      file,
      beginTimestamp: Number(head.readBigInt64BE(0)),
      endTimestamp: Number(head.readBigInt64BE(8)),
      beginPhysicalOffset: Number(head.readBigInt64BE(16)),
      endPhysicalOffset: Number(head.readBigInt64BE(24)),
      slotCount: head.readInt32BE(32),
      indexCount: head.readInt32BE(36),
    };
    if (!isPlausible(header)) throw new CorruptError(`${file} does not begin as an index does`);
    return { ...header, slots: slots ?? findSlots(reader, header) };
  } finally {
    reader.close();
  }
}

/** Counts from 0 or 1, the begin not behind the end, times that are times. */
function isPlausible(header: Omit<IndexFileHeader, "slots">): boolean {
  return (
    header.indexCount >= 0 &&
    header.slotCount >= 0 &&
    header.slotCount <= Math.max(0, header.indexCount) &&
    header.beginPhysicalOffset >= 0 &&
    header.beginPhysicalOffset <= header.endPhysicalOffset &&
    header.beginTimestamp >= 0 &&
    header.beginTimestamp <= header.endTimestamp &&
    header.endTimestamp <= 8.64e15
  );
}

function findSlots(reader: FileReader, header: Omit<IndexFileHeader, "slots">): number | undefined {
  if (header.indexCount <= 1 || fits(reader, header, DEFAULT_SLOTS)) return DEFAULT_SLOTS;
  // Slots come before entries: as many of them are in use as the header says, and the first free ones end them.
  const most = Math.floor((reader.size - HEADER) / SLOT);
  for (let slots = Math.max(1, header.slotCount); slots <= most; slots++) {
    if (fits(reader, header, slots)) return slots;
  }
  return undefined;
}

const PROBES = 32;

/** Whether the first entries make sense behind so many slots, and their slots lead to them. */
function fits(reader: FileReader, header: Omit<IndexFileHeader, "slots">, slots: number): boolean {
  if (slots < 1 || (reader.size - HEADER - slots * SLOT) % ENTRY !== 0) return false;
  const count = Math.min(PROBES, header.indexCount - 1);
  const bytes = reader.read(HEADER + slots * SLOT + ENTRY, count * ENTRY);
  if (bytes.length < count * ENTRY) return false;
  let before = header.beginPhysicalOffset;
  for (let i = 0; i < count; i++) {
    const entry = bytes.subarray(i * ENTRY, (i + 1) * ENTRY);
    const offset = Number(entry.readBigInt64BE(4));
    const first = i === 0 && offset !== header.beginPhysicalOffset;
    if (first || offset < before || offset > header.endPhysicalOffset) return false;
    before = offset;
    if (entry.readInt32BE(0) < 0 || entry.readInt32BE(16) > i) return false;
    const slot = reader.read(HEADER + (entry.readInt32BE(0) % slots) * SLOT, SLOT).readInt32BE(0);
    if (slot < i + 1 || slot > header.indexCount) return false;
  }
  return true;
}

/** The entries of one index file in the order they were written. */
export function* indexEntries(header: IndexFileHeader, first = 1): Generator<IndexEntry> {
  if (header.slots === undefined) {
    throw new CorruptError(`${header.file}: the number of its slots cannot be told`, {
      hint: "give it with --slots (maxHashSlotNum)",
    });
  }
  const reader = new FileReader(header.file);
  const begin = HEADER + header.slots * SLOT;
  const chunk = 20_000;
  try {
    for (let from = first; from < header.indexCount; from += chunk) {
      const bytes = reader.read(
        begin + from * ENTRY,
        Math.min(chunk, header.indexCount - from) * ENTRY,
      );
      for (let i = 0; i + ENTRY <= bytes.length; i += ENTRY) {
        yield {
          file: header.file,
          number: from + i / ENTRY,
          keyHash: bytes.readInt32BE(i),
          physicalOffset: Number(bytes.readBigInt64BE(i + 4)),
          storeTimestamp: header.beginTimestamp + bytes.readInt32BE(i + 12) * 1000,
          previous: bytes.readInt32BE(i + 16),
        };
      }
    }
  } finally {
    reader.close();
  }
}

/** What the bytes of one index file are. */
export function indexFields(path: string, slots: number | undefined): FieldSource {
  const file = oneIndexFile(path);
  const header = readIndexHeader(file, slots);
  const reader = new FileReader(file);
  reader.close();
  return {
    files: [{ path: file, start: 0, size: reader.size }],
    fields: (_file, bytes, range) => fieldsOf(bytes, range, header.slots ?? DEFAULT_SLOTS),
  };
}

function* fieldsOf(reader: FileReader, range: ByteRange, slots: number): Generator<ByteField> {
  if (range.from < HEADER) {
    yield* touching(layoutFields(HEADER_LAYOUT, reader.read(0, HEADER), 0), range);
  }
  const entries = HEADER + slots * SLOT;
  const firstSlot = Math.max(0, Math.floor((range.from - HEADER) / SLOT));
  for (let slot = firstSlot; slot < slots; slot++) {
    const at = HEADER + slot * SLOT;
    if (at >= range.to) return;
    const layout = [{ name: `slot ${String(slot)}`, type: "int32" }] as const;
    yield* touching(layoutFields(layout, reader.read(at, SLOT), at), range);
  }
  const first = Math.max(0, Math.floor((range.from - entries) / ENTRY));
  for (let at = entries + first * ENTRY; at < range.to; at += ENTRY) {
    yield* touching(layoutFields(ENTRY_LAYOUT, reader.read(at, ENTRY), at), range);
  }
}
