/**
 * The files in `timerlog`: one unit for each message that waits, linked backwards to the one before it in the same slot.
 * Upstream: TimerLog. [S-TIMER-2]
 *
 *      0 size int32 (52)     16 currWriteTimeMs int64               36 record size int32
 *      4 prevPos int64       24 due − currWriteTimeMs int32         40 hash of the real topic int32
 *     12 magic int32         28 physical offset of the record int64 44 reserved int64
 *
 * A file ends with: bytes that remain int32, 0 int64, blank magic int32.
 */
import { readInt64, writeInt64 } from "../../base/int64.js";
import { Magic } from "../../message/record-layout.js";
import type { OpenFiles } from "../segment/open-files.js";
import { SegmentQueue } from "../segment/segment-queue.js";

/** Bytes of a unit. */
export const UNIT_SIZE = 52;
/** Bytes of what ends a file. */
export const BLANK_LENGTH = 16;
const CHUNK_UNITS = 1 << 14;

/** Bits of a unit's magic. */
export const TimerMagic = { DEFAULT: 1, ROLL: 2, DELETE: 4 } as const;
const ANY_MAGIC = 0xf;

export interface TimerUnit {
  /** Unit before it in its slot; −1 for the first. */
  prevPos: number;
  magic: number;
  writeTimeMs: number;
  dueMs: number;
  physicalOffset: number;
  size: number;
  topicHash: number;
}

export class TimerLog {
  private readonly segments: SegmentQueue;
  private readonly unitBytes = Buffer.alloc(UNIT_SIZE);
  private end = 0;
  private flushed = 0;

  constructor(open: OpenFiles, rootDir: string, fileSize: number) {
    this.segments = new SegmentQueue(open, {
      directories: [`${rootDir}/timerlog`],
      fileSize,
      sizeKey: "mappedFileSizeTimerLog",
    });
  }

  /** Where the next unit goes. */
  get endPos(): number {
    return this.end;
  }

  /** Everything before this position is on the disk. */
  get flushedPos(): number {
    return this.flushed;
  }

  /**
   * Opens the files and hands all units from a file before `flushedPos` on to `visit`; the log ends at the first place
   * that holds none. Returns the last unit.
   */
  load(
    flushedPos: number,
    visit: (unit: TimerUnit, position: number) => void,
  ): TimerUnit | undefined {
    // after a power cut the newest file may be shorter than it was made
    this.segments.load(true);
    const { fileSize } = this.segments;
    let last: TimerUnit | undefined;
    const position = this.visitFrom(flushedPos - fileSize, (unit, at) => {
      visit(unit, at);
      last = unit;
    });
    this.end = position;
    this.segments.removeFrom(Math.ceil(position / fileSize) * fileSize);
    this.segments.fileAt(position)?.clearFrom(position);
    this.flushed = Math.min(flushedPos, position);
    return last;
  }

  /** Hands the units from the file that holds `from` on to `visit`; returns where they end. */
  visitFrom(from: number, visit: (unit: TimerUnit, position: number) => void): number {
    const { files } = this.segments;
    let position = files[0]?.startOffset ?? 0;
    for (const file of files) {
      if (file.endOffset <= from) continue;
      position = this.visitFile(file.startOffset, file.endOffset, visit);
      if (position < file.endOffset) break;
    }
    return position;
  }

  /** Writes a unit; returns its position. */
  append(unit: TimerUnit): number {
    const bytes = this.unitBytes;
    let file = this.segments.fileAt(this.end) ?? this.segments.append(this.end);
    if (UNIT_SIZE + BLANK_LENGTH > file.endOffset - this.end) {
      bytes.writeInt32BE(file.endOffset - this.end, 0);
      writeInt64(bytes, 0, 4);
      bytes.writeInt32BE(Magic.BLANK, 12);
      file.write(this.end, bytes, 0, Math.min(BLANK_LENGTH, file.endOffset - this.end));
      this.end = file.endOffset;
      file = this.segments.append(this.end);
    }
    bytes.writeInt32BE(UNIT_SIZE, 0);
    writeInt64(bytes, unit.prevPos, 4);
    bytes.writeInt32BE(unit.magic, 12);
    writeInt64(bytes, unit.writeTimeMs, 16);
    bytes.writeInt32BE(unit.dueMs - unit.writeTimeMs, 24);
    writeInt64(bytes, unit.physicalOffset, 28);
    bytes.writeInt32BE(unit.size, 36);
    bytes.writeInt32BE(unit.topicHash, 40);
    writeInt64(bytes, 0, 44);
    const position = this.end;
    file.write(position, bytes);
    this.end += UNIT_SIZE;
    return position;
  }

  /** The unit at a position; undefined when its file is gone. */
  unit(position: number): TimerUnit | undefined {
    const file = this.segments.fileAt(position);
    if (file === undefined || position + UNIT_SIZE > this.end) return undefined;
    return file.read(position, this.unitBytes) < UNIT_SIZE ? undefined : unitOf(this.unitBytes, 0);
  }

  async sync(): Promise<void> {
    const { end, flushed } = this;
    const dirty = this.segments.files.filter((file) => file.endOffset > flushed);
    for (const file of dirty) if (file.startOffset < end) await file.sync();
    this.flushed = Math.max(this.flushed, end);
  }

  /** Removes files whose last unit points in front of `minPhysicalOffset`: all their records are gone. */
  deleteExpired(minPhysicalOffset: number): void {
    for (let first = this.segments.first; first !== undefined; first = this.segments.first) {
      if (first === this.segments.last) return;
      const room = this.segments.fileSize - BLANK_LENGTH;
      const lastUnit = this.unit(first.startOffset + room - (room % UNIT_SIZE) - UNIT_SIZE);
      if (lastUnit === undefined || lastUnit.physicalOffset >= minPhysicalOffset) return;
      this.segments.removeFirst();
    }
  }

  /** Returns where the units of a file end; the end of the file when a blank closes them. */
  private visitFile(
    start: number,
    end: number,
    visit: (unit: TimerUnit, position: number) => void,
  ): number {
    const file = this.segments.fileAt(start);
    const chunk = Buffer.alloc(Math.min(CHUNK_UNITS * UNIT_SIZE, end - start));
    for (let position = start; position < end;) {
      const count = file?.read(position, chunk) ?? 0;
      if (count < BLANK_LENGTH) return position;
      let at = 0;
      for (; at + BLANK_LENGTH <= count; at += UNIT_SIZE) {
        const magic = chunk.readInt32BE(at + 12);
        if (magic === Magic.BLANK) return end;
        if (!isUnit(chunk, at)) return position + at;
        if (at + UNIT_SIZE > count) break;
        visit(unitOf(chunk, at), position + at);
      }
      if (at === 0) return position;
      position += at;
    }
    return end;
  }
}

/** A unit by its size and magic. */
export function isUnit(bytes: Buffer, at: number): boolean {
  const magic = bytes.readInt32BE(at + 12);
  return bytes.readInt32BE(at) === UNIT_SIZE && (magic | ANY_MAGIC) === ANY_MAGIC;
}

export function unitOf(bytes: Buffer, at: number): TimerUnit {
  const writeTimeMs = readInt64(bytes, at + 16);
  return {
    prevPos: readInt64(bytes, at + 4),
    magic: bytes.readInt32BE(at + 12),
    writeTimeMs,
    dueMs: writeTimeMs + bytes.readInt32BE(at + 24),
    physicalOffset: readInt64(bytes, at + 28),
    size: bytes.readInt32BE(at + 36),
    topicHash: bytes.readInt32BE(at + 40),
  };
}
