import { CorruptError } from "../../engine/base/errors.js";
import { SLOT_SIZE, WHEEL_SLOTS } from "../../engine/store/timer/timer-wheel.js";
import { type FieldSource, unitFields } from "./hex-dump.js";
import type { Layout } from "./layout.js";
import { FileReader, partOfStore, segmentPaths } from "./store-files.js";
import { unitsOf } from "./units.js";

/** [S-TIMER-1] */
const LAYOUT: Layout = [
  { name: "time/precision", type: "int64" },
  { name: "firstPos", type: "int64" },
  { name: "lastPos", type: "int64" },
  { name: "num", type: "int32" },
  { name: "magic", type: "int32" },
];
/** The wheel has room for twice seven days of seconds, whatever its precision. */
const SLOTS = WHEEL_SLOTS * 2;

export interface WheelSlot {
  slot: number;
  /** The moment of the slot in ms. It stays when that is over. */
  dueTimestamp: number;
  /** First and last unit of its chain in the timer log. */
  firstPosition: number;
  lastPosition: number;
  /** Messages that wait, less those that take one back. */
  count: number;
  magic: number;
}

/** The slots that were ever used, as they stand in the file: of a store, or the file itself. [S-TIMER-1] */
export function* wheelSlots(path: string, precisionMs: number): Generator<WheelSlot> {
  const file = wheelFile(path);
  for (const { bytes, at, position } of unitsOf(segmentPaths(file), SLOT_SIZE)) {
    if (isUnused(bytes, at)) continue;
    const time = Number(bytes.readBigInt64BE(at));
    const slot = position / SLOT_SIZE;
    if (time % SLOTS !== slot) {
      throw new CorruptError(
        `${file}: slot ${String(slot)} says that it is for ${String(time)}, which has another`,
      );
    }
    yield {
      slot,
      dueTimestamp: time * precisionMs,
      firstPosition: Number(bytes.readBigInt64BE(at + 8)),
      lastPosition: Number(bytes.readBigInt64BE(at + 16)),
      count: bytes.readInt32BE(at + 24),
      magic: bytes.readInt32BE(at + 28),
    };
  }
}

/** Java leaves positions of −1 in slots that it made and never used. */
function isUnused(bytes: Buffer, at: number): boolean {
  return bytes.readInt32BE(at) === 0 && bytes.readInt32BE(at + 4) === 0;
}

function wheelFile(path: string): string {
  const file = partOfStore(path, "timerwheel", () => false);
  const reader = new FileReader(file);
  reader.close();
  if (reader.size === SLOTS * SLOT_SIZE) return file;
  throw new CorruptError(
    `${file} is no timer wheel: it has ${String(reader.size)} bytes instead of ${String(SLOTS * SLOT_SIZE)}`,
  );
}

export function wheelFields(path: string): FieldSource {
  return {
    files: segmentPaths(partOfStore(path, "timerwheel", () => false)),
    fields: (_file, reader, range) => unitFields(reader, range, { unit: LAYOUT }),
  };
}
