/**
 * The file `timerwheel`: for every moment a slot with the ends of the chain of timer log units that are due then.
 * Upstream: TimerWheel, Slot. Seven days of seconds, twice over; slot = (time / precision) mod number of slots. [S-TIMER-1]
 *
 *     0 time / precision int64    8 firstPos int64    16 lastPos int64    24 num int32    28 magic int32 (0)
 *
 * Upstream keeps the wheel in memory and writes it now and then; here slots are written as they change, so that the death
 * of the process loses nothing, and memory holds one bit for each slot.
 */
import { CorruptError } from "../../base/errors.js";
import { readInt64, writeInt64 } from "../../base/int64.js";
import type { OpenFiles } from "../segment/open-files.js";

/** Bytes of a slot. */
export const SLOT_SIZE = 32;
export const WHEEL_SLOTS = 7 * 24 * 3600;
const SLOTS = WHEEL_SLOTS * 2;
const CHUNK_SLOTS = 1 << 15;
const WORD_BITS = 32;

export interface TimerSlot {
  /** Positions in the timer log. */
  firstPos: number;
  lastPos: number;
  /** Messages that wait for this moment, less those that take one back. */
  num: number;
}

export class TimerWheel {
  readonly precisionMs: number;
  private readonly open: OpenFiles;
  private readonly path: string;
  private readonly slotBytes = Buffer.alloc(SLOT_SIZE);
  /** One bit for each slot that has messages at or behind the read time. */
  private readonly occupied = new Uint32Array(SLOTS / WORD_BITS);
  private pending = 0;

  constructor(open: OpenFiles, rootDir: string, precisionMs: number) {
    this.open = open;
    this.path = `${rootDir}/timerwheel`;
    this.precisionMs = precisionMs;
  }

  /** Time until a slot comes round again. */
  get spanMs(): number {
    return SLOTS * this.precisionMs;
  }

  /** Messages that wait in all slots. */
  get allNum(): number {
    return this.pending;
  }

  /** Makes the file if there is none; finds the slots from `readTimeMs` on that are in use. */
  load(readTimeMs: number): void {
    const { files } = this.open;
    const size = files.size(this.path) ?? 0;
    if (size === 0) {
      this.open.create(this.path, SLOTS * SLOT_SIZE);
      return;
    }
    // after a power cut it may be shorter than it was made: what is missing are empty slots
    if (size < SLOTS * SLOT_SIZE) files.truncate(this.open.fd(this.path), SLOTS * SLOT_SIZE);
    else if (size !== SLOTS * SLOT_SIZE) {
      throw new CorruptError(`Timer wheel length:${size} != expected:${SLOTS * SLOT_SIZE}`);
    }
    const chunk = Buffer.alloc(CHUNK_SLOTS * SLOT_SIZE);
    const zeros = Buffer.alloc(chunk.length);
    const fd = this.open.fd(this.path);
    for (let first = 0; first < SLOTS; first += CHUNK_SLOTS) {
      const count = files.read(fd, chunk, 0, chunk.length, first * SLOT_SIZE);
      if (chunk.compare(zeros, 0, count, 0, count) !== 0) {
        this.findOccupied(chunk.subarray(0, count), first, readTimeMs);
      }
    }
  }

  /** The slot of a moment; undefined when nothing waits for it. */
  slot(timeMs: number): TimerSlot | undefined {
    const bytes = this.slotBytes;
    const index = this.index(timeMs);
    this.open.files.read(this.open.fd(this.path), bytes, 0, SLOT_SIZE, index * SLOT_SIZE);
    if (readInt64(bytes, 0) !== Math.floor(timeMs / this.precisionMs)) return undefined;
    return {
      firstPos: readInt64(bytes, 8),
      lastPos: readInt64(bytes, 16),
      num: bytes.readInt32BE(24),
    };
  }

  put(timeMs: number, slot: TimerSlot): void {
    this.pending += slot.num - (this.slot(timeMs)?.num ?? 0);
    const bytes = this.slotBytes;
    const index = this.index(timeMs);
    writeInt64(bytes, Math.floor(timeMs / this.precisionMs), 0);
    writeInt64(bytes, slot.firstPos, 8);
    writeInt64(bytes, slot.lastPos, 16);
    bytes.writeInt32BE(slot.num, 24);
    bytes.writeInt32BE(0, 28);
    this.open.files.write(this.open.fd(this.path), bytes, 0, SLOT_SIZE, index * SLOT_SIZE);
    this.mark(index, true);
  }

  /** A moment is over; its bytes stay, as upstream leaves them. */
  done(timeMs: number): void {
    this.mark(this.index(timeMs), false);
    this.pending -= this.slot(timeMs)?.num ?? 0;
  }

  /** The first moment from `timeMs` on that messages wait for. */
  nextOccupied(timeMs: number): number | undefined {
    const start = this.index(timeMs);
    for (let step = 0; step < SLOTS;) {
      const index = (start + step) % SLOTS;
      if (index % WORD_BITS === 0 && this.occupied[index / WORD_BITS] === 0) {
        step += WORD_BITS;
        continue;
      }
      if (this.isMarked(index)) {
        return (Math.floor(timeMs / this.precisionMs) + step) * this.precisionMs;
      }
      step++;
    }
    return undefined;
  }

  sync(): Promise<void> {
    return this.open.sync(this.path);
  }

  private index(timeMs: number): number {
    return Math.floor(timeMs / this.precisionMs) % SLOTS;
  }

  private findOccupied(bytes: Buffer, first: number, readTimeMs: number): void {
    const from = Math.floor(readTimeMs / this.precisionMs);
    for (let at = 0; at < bytes.length; at += SLOT_SIZE) {
      // Cheap first look: the low half of the time.
      if (bytes.readUInt32BE(at + 4) === 0) continue;
      const time = readInt64(bytes, at);
      const index = first + at / SLOT_SIZE;
      if (time < from || time >= from + SLOTS || time % SLOTS !== index) continue;
      this.mark(index, true);
      this.pending += bytes.readInt32BE(at + 24);
    }
  }

  private mark(index: number, isOccupied: boolean): void {
    const word = index >>> 5;
    const bit = 1 << (index & 31);
    const before = this.occupied[word] ?? 0;
    this.occupied[word] = isOccupied ? before | bit : before & ~bit;
  }

  private isMarked(index: number): boolean {
    return ((this.occupied[index >>> 5] ?? 0) & (1 << (index & 31))) !== 0;
  }
}
