import { join } from "node:path";
import { CorruptError } from "../../engine/base/errors.js";
import { javaHashCode } from "../../engine/base/java-hash.js";
import { FileReader, isFile, namesIn, partOfStore } from "./store-files.js";

const HEADER = 40;
const SLOT = 4;
const ENTRY = 20;
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

/** The hash an index keeps of `topic#key`. [S-INDEX-3] */
export function indexKeyHash(topic: string, key: string): number {
  const hash = javaHashCode(`${topic}#${key}`);
  return hash === -0x8000_0000 ? 0 : Math.abs(hash);
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
export function* indexEntries(header: IndexFileHeader): Generator<IndexEntry> {
  if (header.slots === undefined) {
    throw new CorruptError(`${header.file}: the number of its slots cannot be told`, {
      hint: "give it with --slots (maxHashSlotNum)",
    });
  }
  const reader = new FileReader(header.file);
  const begin = HEADER + header.slots * SLOT;
  const chunk = 20_000;
  try {
    for (let from = 1; from < header.indexCount; from += chunk) {
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
