import { closeSync, openSync, readSync } from "node:fs";
import { join, relative } from "node:path";
import { fillers, writeEntry } from "../../engine/store/consume-queue/queue-entry.js";
import { deletedTopics, topicsOf } from "../inspect/verify/config-audit.js";
import type { QueueExtent } from "../inspect/verify/queue-extent.js";
import type { QueueRow } from "../inspect/verify/stock.js";
import type { Verification } from "../inspect/verify/verify-store.js";
import { type PassedRecord, tagsCodeOf } from "./log-pass.js";
import type { Operation, RepairPlan } from "./operation.js";

const ENTRY = 20;
const DEFAULT_FILE_SIZE = 6_000_000;

interface Place {
  physicalOffset: number;
  size: number;
  tagsCode: number;
}

/** What is planned for one queue: entries by their number. */
interface QueueWork {
  row: QueueRow;
  /** Undefined for a queue that has no files. */
  extent: QueueExtent | undefined;
  entries: Map<number, Place>;
}

/** Plans the changes to consume queues: single entries where a queue is there, all of one that is not. */
export class QueuePlan {
  readonly plan: RepairPlan = { operations: [], kept: [] };
  private readonly seen: Verification;
  private readonly work = new Map<string, QueueWork>();
  private readonly topics: ReadonlySet<string> | undefined;
  private readonly deleted: ReadonlyMap<string, number>;
  private readonly fileSize: number;

  /** `lostFileSize`: of a queue file, where none is left. */
  constructor(seen: Verification, lostFileSize = DEFAULT_FILE_SIZE) {
    this.seen = seen;
    this.fileSize = seen.stock.queueFileSize || Math.ceil(lostFileSize / ENTRY) * ENTRY;
    this.topics = seen.stock.queues.length === 0 ? undefined : topicsOf(seen.config);
    this.deleted = deletedTopics(seen.config);
    seen.queues.forEach((extent, i) => {
      const row = seen.stock.queues[i];
      if (!extent.isWrong || row === undefined) return;
      this.work.set(keyOf(extent.topic, extent.queueId), { row, extent, entries: new Map() });
    });
  }

  get needsLog(): boolean {
    return this.work.size > 0 || this.seen.hasLostQueues;
  }

  /** Takes down where a record belongs, when its queue lacks it. */
  visit(record: PassedRecord): void {
    if (!record.isQueued) return;
    const work = this.workFor(record);
    if (work === undefined) return;
    const { extent } = work;
    const { queueOffset, physicalOffset, size } = record;
    const isMissing =
      extent === undefined ||
      extent.bad.has(queueOffset) ||
      (queueOffset >= extent.goodEnd && physicalOffset >= extent.goodPhysical);
    if (isMissing)
      work.entries.set(queueOffset, { physicalOffset, size, tagsCode: tagsCodeOf(record) });
  }

  /** All records were visited. */
  finish(): void {
    for (const work of this.work.values()) {
      if (work.extent === undefined) this.lostQueue(work);
      else this.queue(work, work.extent);
    }
    for (const row of this.seen.stock.queues) this.wrongSizes(row);
  }

  private workFor({ topic, queueId, physicalOffset }: PassedRecord): QueueWork | undefined {
    const key = keyOf(topic, queueId);
    const known = this.work.get(key);
    if (known !== undefined || !this.seen.hasLostQueues) return known;
    const { stock } = this.seen;
    if (stock.queues.some((row) => row.topic === topic && row.queueId === queueId))
      return undefined;
    if (this.topics !== undefined && !this.topics.has(topic)) return undefined;
    if (physicalOffset < (this.deleted.get(topic) ?? 0)) return undefined;
    if (topic === "" || topic.includes("/") || topic.startsWith(".") || queueId < 0)
      return undefined;
    const folder = join(stock.root, "consumequeue", topic, String(queueId));
    const row = { topic, queueId, folder, files: [], fileSize: this.fileSize };
    const work = { row, extent: undefined, entries: new Map<number, Place>() };
    this.work.set(key, work);
    return work;
  }

  private wrongSizes(row: QueueRow): void {
    for (const file of row.files) {
      if (file.size === row.fileSize) continue;
      const name = relative(this.seen.stock.root, file.path);
      const says =
        file.size < row.fileSize
          ? "fill up with zeros to its full size"
          : "cut what is behind its size";
      if (file.size > row.fileSize) {
        this.plan.kept.push({
          file: name,
          at: row.fileSize,
          length: file.size - row.fileSize,
          why: "behind the size of the file",
        });
      }
      this.plan.operations.unshift({ op: "resize", file: name, size: row.fileSize, says });
    }
  }

  /** A queue with files: bad entries get their record, or lead to a neighbour. */
  private queue(work: QueueWork, extent: QueueExtent): void {
    const { row, entries } = work;
    let end = extent.usedEnd;
    for (const entry of entries.keys()) end = Math.max(end, entry + 1);
    const old = new OldEntries(row);
    try {
      const wanted = [...new Set([...extent.bad, ...entries.keys()])]
        .filter((entry) => entry < end)
        .sort((a, b) => a - b);
      for (const entry of this.withGaps(wanted, { from: extent.goodEnd, end })) {
        const place = entries.get(entry) ?? this.standIn(entry, { work, extent, end, old });
        this.writeAt(row, entry, place);
      }
      this.clearFrom(row, { end, until: Math.max(extent.end, end), old });
    } finally {
      old.close();
    }
  }

  /** Behind the last good entry every number gets one, also when nobody claims it. */
  private withGaps(entries: number[], { from, end }: { from: number; end: number }): number[] {
    const all = new Set(entries);
    for (let entry = from; entry < end; entry++) all.add(entry);
    return [...all].sort((a, b) => a - b);
  }

  /** The next good entry, else the last one before; undefined when there is none. */
  private standIn(
    entry: number,
    {
      work,
      extent,
      end,
      old,
    }: { work: QueueWork; extent: QueueExtent; end: number; old: OldEntries },
  ): Place | undefined {
    const good = (other: number): Place | undefined =>
      work.entries.get(other) ??
      (extent.bad.has(other) || other >= extent.goodEnd ? undefined : old.at(other));
    for (let other = entry + 1; other < end; other++) {
      const place = good(other);
      if (place !== undefined) return place;
    }
    for (let other = entry - 1; other >= extent.min; other--) {
      const place = good(other);
      if (place !== undefined) return place;
    }
    return undefined;
  }

  private writeAt(row: QueueRow, entry: number, place: Place | undefined): void {
    const bytes = place === undefined ? fillers(1) : Buffer.alloc(ENTRY);
    if (place !== undefined) writeEntry(bytes, 0, place);
    const start = Math.floor((entry * ENTRY) / this.fileSize) * this.fileSize;
    const name = `${relative(this.seen.stock.root, row.folder)}/${String(start).padStart(20, "0")}`;
    this.ensureFile(row, { start, name });
    const says = `let entry ${String(entry)} lead to ${place === undefined ? "nothing: its message is lost" : String(place.physicalOffset)}`;
    this.add({ op: "write", file: name, at: entry * ENTRY - start, bytes, says });
  }

  /** Entries next to each other are written together. */
  private add(operation: Operation & { op: "write" }): void {
    const last = this.plan.operations[this.plan.operations.length - 1];
    if (
      last?.op === "write" &&
      last.file === operation.file &&
      last.at + last.bytes.length === operation.at
    ) {
      last.bytes = Buffer.concat([last.bytes, operation.bytes]);
      last.says = `write ${String(last.bytes.length / ENTRY)} entries of the queue anew`;
    } else this.plan.operations.push(operation);
  }

  private ensureFile(row: QueueRow, { start, name }: { start: number; name: string }): void {
    if (row.files.some((file) => file.start === start)) return;
    this.plan.operations.push({
      op: "create",
      file: name,
      size: this.fileSize,
      says: `make a file of the queue, of ${String(this.fileSize)} bytes`,
    });
    row.files.push({ path: join(this.seen.stock.root, name), start, size: this.fileSize });
    row.files.sort((a, b) => a.start - b.start);
  }

  /** Entries of records behind the end of the log go. */
  private clearFrom(
    row: QueueRow,
    { end, until, old }: { end: number; until: number; old: OldEntries },
  ): void {
    for (let entry = end; entry < until; entry++) {
      if (!old.isThere(entry)) continue;
      const file = row.files.find(
        ({ start, size }) => entry * ENTRY >= start && entry * ENTRY < start + size,
      );
      if (file === undefined) continue;
      this.add({
        ...{
          op: "write",
          file: relative(this.seen.stock.root, file.path),
          at: entry * ENTRY - file.start,
        },
        bytes: Buffer.alloc(ENTRY),
        says: `clear entry ${String(entry)}, which leads to no message`,
      });
    }
  }

  private lostQueue({ row, entries }: QueueWork): void {
    const numbers = [...entries.keys()].sort((a, b) => a - b);
    const [first, last] = [numbers[0], numbers[numbers.length - 1]];
    if (first === undefined || last === undefined) return;
    const folder = relative(this.seen.stock.root, row.folder);
    for (const path of ["consumequeue", folder.split("/").slice(0, 2).join("/"), folder]) {
      if (this.plan.operations.some((one) => one.op === "make-folder" && one.file === path))
        continue;
      this.plan.operations.push({ op: "make-folder", file: path, says: "make the folder" });
    }
    const fileStart = Math.floor((first * ENTRY) / this.fileSize) * this.fileSize;
    for (let entry = fileStart / ENTRY; entry < first; entry++) this.writeAt(row, entry, undefined);
    let next = entries.get(last) as Place;
    const places: Place[] = [];
    for (let entry = last; entry >= first; entry--)
      places.push((next = entries.get(entry) ?? next));
    for (let entry = first; entry <= last; entry++) this.writeAt(row, entry, places[last - entry]);
  }
}

function keyOf(topic: string, queueId: number): string {
  return `${topic}\0${String(queueId)}`;
}

/** Entries as they are on the disk. */
class OldEntries {
  private readonly row: QueueRow;
  private readonly open = new Map<string, number>();
  private readonly bytes = Buffer.alloc(ENTRY);

  constructor(row: QueueRow) {
    this.row = row;
  }

  at(entry: number): Place | undefined {
    if (!this.read(entry)) return undefined;
    const physicalOffset = Number(this.bytes.readBigInt64BE(0));
    const size = this.bytes.readInt32BE(8);
    if (physicalOffset < 0 || size <= 0) return undefined;
    return { physicalOffset, size, tagsCode: Number(this.bytes.readBigInt64BE(12)) };
  }

  /** Is anything written there? */
  isThere(entry: number): boolean {
    return this.read(entry) && this.bytes.some((byte) => byte !== 0);
  }

  close(): void {
    for (const fd of this.open.values()) closeSync(fd);
  }

  private read(entry: number): boolean {
    const at = entry * ENTRY;
    const file = this.row.files.find(({ start, size }) => at >= start && at < start + size);
    if (file === undefined) return false;
    let fd = this.open.get(file.path);
    if (fd === undefined) {
      try {
        fd = openSync(file.path, "r");
      } catch {
        return false; // it is only planned
      }
      this.open.set(file.path, fd);
    }
    return readSync(fd, this.bytes, 0, ENTRY, at - file.start) === ENTRY;
  }
}
