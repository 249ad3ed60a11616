import { CorruptError } from "../../engine/base/errors.js";
import { FileReader, type SegmentPath } from "./store-files.js";

/** One unit of a series of files that are made of units of equal length. */
export interface UnitAt {
  /** What was read, with the unit at `at`. */
  bytes: Buffer;
  at: number;
  /** Of the unit in its series. */
  position: number;
  file: SegmentPath;
}

const WINDOW_UNITS = 20_000;

/** The units in order from a position on; only whole ones. Who reads them knows where they end. */
export function* unitsOf(
  files: readonly SegmentPath[],
  length: number,
  from = 0,
): Generator<UnitAt> {
  for (const file of files) {
    if (file.start + file.size <= from) continue;
    const reader = new FileReader(file.path);
    const first = Math.max(0, Math.ceil((from - file.start) / length) * length);
    try {
      for (let position = first; position < file.size; position += WINDOW_UNITS * length) {
        const bytes = reader.read(position, WINDOW_UNITS * length);
        for (let at = 0; at + length <= bytes.length; at += length) {
          yield { bytes, at, position: file.start + position + at, file };
        }
      }
    } finally {
      reader.close();
    }
  }
}

/** Units end where nothing was written yet; throws where something else stands there. */
export function expectFree(bytes: Buffer, where: { what: string; file: string; at: number }): void {
  if (bytes.every((byte) => byte === 0)) return;
  throw new CorruptError(`${where.file}: no ${where.what} at byte ${String(where.at)}`);
}
