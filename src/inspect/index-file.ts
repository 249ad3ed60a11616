import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { CorruptError } from "../../engine/base/errors.js";
import { javaHashCode } from "../../engine/base/java-hash.js";
import { FileReader, partOfStore } from "./store-files.js";

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
  const root = partOfStore(path, "index");
  if (statSync(root).isFile()) return [root];
  return readdirSync(root)
    .filter((name) => /^\d{17}$/.test(name))
    .sort()
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
    return { ...header, slots: slots ?? findSlots(reader, header) };
  } finally {
    reader.close();
  }
}

function findSlots(
  reader: FileReader,
  header: { slotCount: number; indexCount: number; beginPhysicalOffset: number },
): number | undefined {
  const fits = (slots: number): boolean => {
    if (slots < 1 || (reader.size - HEADER - slots * SLOT) % ENTRY !== 0) return false;
    const first = reader.read(HEADER + slots * SLOT + ENTRY, ENTRY);
    if (first.length < ENTRY || Number(first.readBigInt64BE(4)) !== header.beginPhysicalOffset)
      return false;
    const slot = reader.read(HEADER + (first.readInt32BE(0) % slots) * SLOT, SLOT).readInt32BE(0);
    return slot >= 1 && slot <= header.indexCount;
  };
  if (header.indexCount <= 1 || fits(DEFAULT_SLOTS)) return DEFAULT_SLOTS;
  // Slots come before entries: as many of them are in use as the header says, and the first free ones end them.
  const most = Math.floor((reader.size - HEADER) / SLOT);
  for (let slots = header.slotCount; slots <= most; slots++) if (fits(slots)) return slots;
  return undefined;
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
