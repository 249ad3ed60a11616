import { closeSync } from "node:fs";
import { join, relative } from "node:path";
import { Magic } from "../../engine/message/record-layout.js";
import type { DamagedRange } from "../inspect/verify/log-walk.js";
import { placeOf, whyText } from "../inspect/verify/log-audit.js";
import { openUnder, Overlay, readUnder } from "../inspect/verify/overlay.js";
import type { RowFile } from "../inspect/verify/stock.js";
import type { QueueExtent } from "../inspect/verify/queue-extent.js";
import type { Verification } from "../inspect/verify/verify-store.js";
import { fillerRecord, fillerSizes, LEAST_FILLER } from "./filler-record.js";
import { mendedRecord, replacedRecord } from "./mend-record.js";
import type { RepairPlan } from "./operation.js";

/** A stretch this large is no record that could be mended. */
const LARGEST_MENDED = 8 << 20;
const CHUNK = 1 << 20;
const BLANK_HEAD = 8;
const MOST_MISPLACED = 2;

/** Plans the changes to the commit log; `overlay` shows the log as they will leave it. */
export class LogPlan {
  readonly overlay = new Overlay();
  readonly plan: RepairPlan = { operations: [], kept: [] };
  private readonly seen: Verification;
  private readonly folder: string;

  constructor(seen: Verification) {
    this.seen = seen;
    this.folder = relative(seen.stock.root, seen.stock.log.folder);
  }

  make(): this {
    this.wrongSizes();
    for (const damage of this.seen.log.damages) this.damage(damage);
    this.blanks();
    for (const extent of this.seen.queues) this.misplaced(extent);
    if (this.seen.log.endKind === "torn") this.tornEnd();
    return this;
  }

  private wrongSizes(): void {
    const { stock } = this.seen;
    for (const file of stock.log.files) {
      if (file.size === stock.log.fileSize) continue;
      this.resize(file, stock.log.fileSize);
    }
  }

  private resize(file: RowFile, size: number): void {
    const name = relative(this.seen.stock.root, file.path);
    if (file.size > size) {
      const length = file.size - size;
      this.plan.kept.push({ file: name, at: size, length, why: "behind the size of the file" });
    }
    const says =
      file.size < size ? "fill up with zeros to its full size" : "cut what is behind its size";
    this.plan.operations.push({ op: "resize", file: name, size, says });
    this.overlay.resize(file.path, size);
  }

  private damage(damage: DamagedRange): void {
    const { fileSize } = this.seen.stock.log;
    // one file after the other, as no record stands in two
    for (let from = damage.from; from < damage.to;) {
      const fileStart = Math.floor(from / fileSize) * fileSize;
      const to = Math.min(damage.to, fileStart + fileSize);
      this.stretch({ ...damage, from, to }, fileStart);
      from = to;
    }
  }

  /** A stretch within one file. */
  private stretch(damage: DamagedRange, fileStart: number): void {
    const { stock, log } = this.seen;
    const { from, to } = damage;
    const known = stock.log.files.some(({ start }) => start === fileStart);
    if (!known) this.makeFile(fileStart);
    const isToEnd = to === fileStart + stock.log.fileSize;
    if (known && to - from <= LARGEST_MENDED) {
      const bytes = this.bytes(from, to);
      const mended = mendedRecord(bytes, from);
      if (mended !== undefined) {
        this.writeChanged(from, {
          old: bytes,
          now: mended,
          says: "mend the frame of a record whose message is whole",
        });
        return;
      }
    }
    if (known) this.keep(damage);
    if (isToEnd && this.isBlankOnly(from, to)) {
      this.blank(from, to);
      return;
    }
    const before = log.walks.filter(({ start, records }) => records > 0 && start <= from).pop();
    this.fill(from, to, before?.firstStoreTimestamp ?? log.firstStoreTimestamp);
  }

  /** Whole records that one flipped bit took out of their queue. Where many are, the queue is what is wrong. */
  private misplaced({ topic, queueId, suspects }: QueueExtent): void {
    if (suspects.length > MOST_MISPLACED) return;
    for (const { entry, physical, size } of suspects) {
      const old = this.bytes(physical, physical + size);
      const now = replacedRecord(old, { topic, queueId, queueOffset: entry });
      if (now === undefined) continue;
      this.writeChanged(physical, {
        old,
        now,
        says: "let the record say again what its queue says",
      });
    }
  }

  /** Nothing but what an end of a file could have: a blank will do. A file without any record gets a filler before it. */
  private isBlankOnly(from: number, to: number): boolean {
    const { fileSize } = this.seen.stock.log;
    return from % fileSize !== 0 || to - from < LEAST_FILLER + BLANK_HEAD;
  }

  private makeFile(start: number): void {
    const { stock } = this.seen;
    const name = String(start).padStart(20, "0");
    const path = join(stock.log.folder, name);
    const size = stock.log.fileSize;
    this.plan.operations.push({
      op: "create",
      file: `${this.folder}/${name}`,
      size,
      says: "make a file without messages for one that is missing",
    });
    this.overlay.resize(path, size);
  }

  private fill(from: number, to: number, storeTimestamp: number): void {
    const { fileSize } = this.seen.stock.log;
    const isToEnd = to % fileSize === 0;
    if (!isToEnd && to - from < LEAST_FILLER) return;
    if (isToEnd) {
      const size = Math.min(LEAST_FILLER + 32, to - from - BLANK_HEAD);
      this.write(
        from,
        fillerRecord({ size, physicalOffset: from, storeTimestamp }),
        "put a record that no consumer sees",
      );
      this.blank(from + size, to);
      return;
    }
    let at = from;
    for (const size of fillerSizes(to - from)) {
      this.write(
        at,
        fillerRecord({ size, physicalOffset: at, storeTimestamp }),
        "put a record that no consumer sees in place of damaged bytes",
      );
      at += size;
    }
  }

  private blank(from: number, to: number): void {
    const left = to - from;
    const bytes = Buffer.alloc(Math.min(BLANK_HEAD, left));
    if (left >= 4) bytes.writeInt32BE(left, 0);
    if (left >= BLANK_HEAD) bytes.writeInt32BE(Magic.BLANK, 4);
    this.write(from, bytes, "end the file with a blank");
  }

  private blanks(): void {
    const { stock, log } = this.seen;
    for (const walk of log.walks) {
      const left = walk.start + stock.log.fileSize - walk.end;
      if (walk.endKind === "blank" && walk.blankSize !== left) {
        this.blank(walk.end, walk.start + stock.log.fileSize);
      }
    }
  }

  /** What is written behind the end goes, up to the last byte that is not zero. */
  private tornEnd(): void {
    const { log } = this.seen;
    const place = placeOf(this.seen.stock, log.endOffset);
    if (place.offset === null) return;
    const end = this.lastWritten(log.endOffset, log.tornTo);
    if (end <= log.endOffset) return;
    const length = end - log.endOffset;
    this.plan.kept.push({
      file: place.file,
      at: place.offset,
      length,
      why: "no record, at the end of the log",
    });
    this.plan.operations.push({
      ...{ op: "clear", file: place.file, at: place.offset, length },
      says: "clear what is no record at the end of the log",
    });
    this.overlay.patch(join(this.seen.stock.root, place.file), place.offset, Buffer.alloc(length));
  }

  /** Behind the last byte of a stretch that is not zero. */
  private lastWritten(from: number, to: number): number {
    let last = from;
    for (let at = from; at < to; at += CHUNK) {
      const bytes = this.bytes(at, Math.min(to, at + CHUNK));
      for (let i = bytes.length - 1; i >= 0; i--) {
        if (bytes[i] !== 0) {
          last = at + i + 1;
          break;
        }
      }
    }
    return last;
  }

  private keep(damage: DamagedRange): void {
    const { stock } = this.seen;
    const place = placeOf(stock, damage.from);
    const file = stock.log.files.find(({ path }) => relative(stock.root, path) === place.file);
    if (place.offset === null || file === undefined) return;
    const length = Math.min(damage.to - damage.from, file.size - place.offset);
    if (length <= 0) return;
    this.plan.kept.push({ file: place.file, at: place.offset, length, why: whyText(damage) });
  }

  /** Writes only the bytes that differ. */
  private writeChanged(from: number, about: { old: Buffer; now: Buffer; says: string }): void {
    const { old, now, says } = about;
    for (let i = 0; i < now.length; i++) {
      if (now[i] === old[i]) continue;
      let end = i + 1;
      while (end < now.length && now[end] !== old[end]) end++;
      this.write(from + i, Buffer.from(now.subarray(i, end)), says);
      i = end;
    }
  }

  private write(physical: number, bytes: Buffer, says: string): void {
    const { stock } = this.seen;
    const start = Math.floor(physical / stock.log.fileSize) * stock.log.fileSize;
    const name = String(start).padStart(20, "0");
    const at = physical - start;
    this.plan.operations.push({ op: "write", file: `${this.folder}/${name}`, at, bytes, says });
    this.overlay.patch(join(stock.log.folder, name), at, bytes);
  }

  /** Bytes of the log as they are, with what is planned so far. */
  private bytes(from: number, to: number): Buffer {
    const { stock } = this.seen;
    const start = Math.floor(from / stock.log.fileSize) * stock.log.fileSize;
    const path = join(stock.log.folder, String(start).padStart(20, "0"));
    const into = Buffer.alloc(to - from);
    const fd = openUnder(this.overlay, path);
    const came = readUnder(this.overlay, {
      fd,
      path,
      into,
      length: into.length,
      position: from - start,
    });
    if (fd >= 0) closeSync(fd);
    return into.subarray(0, came);
  }
}
