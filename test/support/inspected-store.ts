/** Parts of a store that the engine does not write, and timer files as it writes them, for the tests of inspect. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { realFiles } from "../../engine/base/files.js";
import { OpenFiles } from "../../engine/store/segment/open-files.js";
import { TimerLog } from "../../engine/store/timer/timer-log.js";
import { TimerWheel } from "../../engine/store/timer/timer-wheel.js";

export const TAG_A = 2_598_919n; // Java's hash of TagA
const T0 = 1_795_299_616_000;

/** A file of a series in its full size: `bytes`, then zeros. */
export function writeSegment(path: string, bytes: Buffer, size: number): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, Buffer.concat([bytes, Buffer.alloc(size - bytes.length)]));
}

/** One unit of a batch queue. */
export function batchUnit(base: number, count: number, tagsCode = TAG_A): Buffer {
  const bytes = Buffer.alloc(46);
  bytes.writeBigInt64BE(BigInt(base * 100), 0);
  bytes.writeInt32BE(250, 8);
  bytes.writeBigInt64BE(tagsCode, 12);
  bytes.writeBigInt64BE(BigInt(T0 + base), 20);
  bytes.writeBigInt64BE(BigInt(base), 28);
  bytes.writeInt16BE(count, 36);
  bytes.writeInt32BE(-1, 38);
  return bytes;
}

/** One unit of an extended queue. */
export function extUnit(number: number, bitMap: Buffer): Buffer {
  const bytes = Buffer.alloc(20 + bitMap.length);
  bytes.writeInt16BE(bytes.length, 0);
  bytes.writeBigInt64BE(TAG_A, 2);
  bytes.writeBigInt64BE(BigInt(T0 + number), 10);
  bytes.writeInt16BE(bitMap.length, 18);
  bitMap.copy(bytes, 20);
  return bytes;
}

/** Entry of a consume queue. */
export function queueEntry(physicalOffset: bigint, size: number, tagsCode: bigint): Buffer {
  const bytes = Buffer.alloc(20);
  bytes.writeBigInt64BE(physicalOffset, 0);
  bytes.writeInt32BE(size, 8);
  bytes.writeBigInt64BE(tagsCode, 12);
  return bytes;
}

/** Five timed messages in files of 4 units; they are due at seconds 10 to 14 of a minute, the last is taken back. */
export function writeTimerFiles(root: string): { dueMs: number } {
  mkdirSync(join(root, "timerlog"), { recursive: true });
  const open = new OpenFiles(realFiles);
  const wheel = new TimerWheel(open, root, 1000);
  const log = new TimerLog(open, root, 4 * 52 + 20);
  wheel.load(T0);
  log.load(0, () => undefined);
  const dueMs = T0 + 10_000;
  for (let i = 0; i < 5; i++) {
    const at = log.append({
      prevPos: -1,
      magic: i === 4 ? 5 : 1,
      writeTimeMs: T0,
      dueMs: dueMs + i * 1000,
      physicalOffset: i * 300,
      size: 300,
      topicHash: 120_609, // of the topic "zip"
    });
    wheel.put(dueMs + i * 1000, { firstPos: at, lastPos: at, num: 1 });
  }
  open.closeAll();
  return { dueMs };
}
