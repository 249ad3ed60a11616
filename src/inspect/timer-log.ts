import { javaHashCode } from "../../engine/base/java-hash.js";
import { Magic } from "../../engine/message/record-layout.js";
import {
  BLANK_LENGTH,
  isUnit,
  TimerMagic,
  UNIT_SIZE,
  unitOf,
} from "../../engine/store/timer/timer-log.js";
import type { ByteRange, FieldSource } from "./hex-dump.js";
import { touching, unitFields } from "./hex-dump.js";
import { type ByteField, type Layout, layoutFields } from "./layout.js";
import { FileReader, hasSegments, partOfStore, segmentPaths } from "./store-files.js";
import { expectFree } from "./units.js";

/** [S-TIMER-2] */
const LAYOUT: Layout = [
  { name: "size", type: "int32" },
  { name: "prevPos", type: "int64" },
  { name: "magic", type: "int32" },
  { name: "currWriteTimeMs", type: "int64", unit: "ms" },
  { name: "delayTime", type: "int32" },
  { name: "physicalOffset", type: "int64" },
  { name: "recordSize", type: "int32" },
  { name: "topicHash", type: "int32" },
  { name: "reserved", type: "int64" },
];
const BLANK: Layout = [
  { name: "remaining", type: "int32" },
  { name: "zero", type: "int64" },
  { name: "magic (blank)", type: "int32" },
];

export interface TimerLogUnit {
  /** In the timer log. */
  position: number;
  /** The unit before it in its slot of the wheel; −1 for the first. */
  previous: number;
  magic: number;
  /** What the magic says: `due`, `roll` (goes round again), `delete` (takes another back). */
  action: string;
  writeTimestamp: number;
  /** When it is due. */
  dueTimestamp: number;
  physicalOffset: number;
  size: number;
  topicHash: number;
  file: string;
}

/** The folder of the timer log, or the file that is named. */
export function timerLogPath(path: string): string {
  return partOfStore(path, "timerlog", hasSegments);
}

/** The units from a position on; ends at the first that was never written. [S-TIMER-2] */
export function* timerLogUnits(path: string, from = 0): Generator<TimerLogUnit> {
  for (const file of segmentPaths(path)) {
    if (file.start + file.size <= from) continue;
    const reader = new FileReader(file.path);
    try {
      for (let at = Math.max(0, from - file.start); ; at += UNIT_SIZE) {
        const bytes = reader.read(at, UNIT_SIZE);
        if (bytes.length < BLANK_LENGTH || bytes.readInt32BE(12) === Magic.BLANK) break;
        if (bytes.length < UNIT_SIZE || !isUnit(bytes, 0)) {
          return expectFree(bytes, { what: "unit of a timer log", file: file.path, at });
        }
        const unit = unitOf(bytes, 0);
        yield {
          position: file.start + at,
          previous: unit.prevPos,
          magic: unit.magic,
          action: actionOf(unit.magic),
          writeTimestamp: unit.writeTimeMs,
          dueTimestamp: unit.dueMs,
          physicalOffset: unit.physicalOffset,
          size: unit.size,
          topicHash: unit.topicHash,
          file: file.path,
        };
      }
    } finally {
      reader.close();
    }
  }
}

/** Where the unit behind one begins. */
export function behindUnit({ position }: TimerLogUnit): number {
  return position + UNIT_SIZE;
}

/** What units keep of a topic. */
export function timerTopicHash(topic: string): number {
  return javaHashCode(topic);
}

function actionOf(magic: number): string {
  if ((magic & TimerMagic.DELETE) !== 0) return "delete";
  return (magic & TimerMagic.ROLL) === 0 ? "due" : "roll";
}

export function timerLogFields(path: string): FieldSource {
  return { files: segmentPaths(timerLogPath(path)), fields: (_file, ...rest) => fields(...rest) };
}

function* fields(reader: FileReader, range: ByteRange): Generator<ByteField> {
  const room = reader.size - BLANK_LENGTH;
  // a blank takes the place of the first unit that would leave no room for one
  const blankAt = room - (room % UNIT_SIZE);
  const isBlank =
    blankAt >= 0 && reader.read(blankAt, BLANK_LENGTH).readInt32BE(12) === Magic.BLANK;
  if (!isBlank || range.from < blankAt) {
    const to = isBlank ? Math.min(range.to, blankAt) : range.to;
    yield* unitFields(reader, { from: range.from, to }, { unit: LAYOUT });
  }
  if (!isBlank) return;
  const length = reader.size - blankAt;
  const rest = { name: "(unused)", type: "bytes", length: length - BLANK_LENGTH } as const;
  const blank = layoutFields([...BLANK, rest], reader.read(blankAt, length), blankAt);
  yield* touching(blank, range);
}
