import { closeSync, openSync, readSync } from "node:fs";
import { DEFAULT_DELAY_LEVELS } from "../../../engine/store/store-config.js";
import { DelayLevels } from "../../../engine/store/delay-levels.js";
import { SystemTopic } from "../../../engine/message/topic-names.js";
import { javaHashOf } from "./property-scan.js";
import { HIGH } from "./record-check.js";
import type { QueueRow } from "./stock.js";

/** Bytes of an entry: physical offset int64, size int32, tags code int64. [S-CQ-1] */
export const QUEUE_ENTRY = 20;
/** Size in the entries in front of a queue's first one. [S-CQ-3] */
export const FILLER_SIZE = 0x7fffffff;
/** Memory for the windows of all queues. */
const WINDOWS = 24 << 20;
const MOST_WINDOW = 64 << 10;
const LEAST_WINDOW = 100 * QUEUE_ENTRY;
/** A power of two. */
const RECENT = 256;
/** Descriptors that stay open at once. */
const MOST_OPEN = 256;

/** How an entry and the record that should be behind it compare. */
export const Match = {
  SAME: 0,
  /** The queue has no entry at this offset. */
  NONE: 1,
  /** It leads to another place, or has another size. */
  OTHER: 2,
  /** Only the code of the tag differs. */
  TAG: 3,
} as const;

/** One queue as the log is read: a window of its entries moves along. */
export class QueueWindow {
  readonly row: QueueRow;
  /** Hash of `topic#`, from which the hashes of keys go on. */
  readonly keyHash: number;
  readonly isSchedule: boolean;
  readonly topicBytes: Buffer;
  readonly queueId: number;
  /** Records whose entry is as it should be, and the highest of these entries. */
  matched = 0;
  highest = -1;
  bytes: Buffer | undefined;
  view: DataView | undefined;
  /** Entry number of the first in the window, and how many are in it. */
  first = 0;
  count = 0;
  private readonly table: QueueTable;

  constructor(table: QueueTable, row: QueueRow) {
    this.table = table;
    this.row = row;
    this.topicBytes = Buffer.from(row.topic);
    this.queueId = row.queueId;
    const prefix = Buffer.from(`${row.topic}#`);
    this.keyHash = javaHashOf(prefix, 0, prefix.length);
    this.isSchedule = row.topic === SystemTopic.SCHEDULE;
  }

  /** Is it the queue of the topic that stands in a buffer? */
  is(bytes: Buffer, topicAt: number, topicLength: number, queueId: number): boolean {
    const { topicBytes } = this;
    if (this.queueId !== queueId || topicBytes.length !== topicLength) return false;
    let i = 0;
    while (i < topicLength && topicBytes[i] === bytes[topicAt + i]) i++;
    return i === topicLength;
  }

  /** Position of an entry in `view`; -1 when the queue has none there. */
  find(entry: number): number {
    const at = entry - this.first;
    if (at >= 0 && at < this.count) return at * QUEUE_ENTRY;
    if (!this.table.load(this, entry)) return -1;
    return (entry - this.first) * QUEUE_ENTRY;
  }

  /** Compares the entry of a record with what it should be. */
  match(entry: number, want: { phys: number; size: number; tag: number }): number {
    const at = this.find(entry);
    if (at < 0) return Match.NONE;
    const view = this.view as DataView;
    const size = view.getInt32(at + 8);
    if (size === 0 && view.getInt32(at) === 0 && view.getInt32(at + 4) === 0) return Match.NONE;
    if (size !== want.size || view.getInt32(at) * HIGH + view.getUint32(at + 4) !== want.phys) {
      return Match.OTHER;
    }
    const high = view.getInt32(at + 12);
    // an address in an extended queue
    if (high < -1 && this.table.hasExtended) return Match.SAME;
    return high * HIGH + view.getUint32(at + 16) === want.tag ? Match.SAME : Match.TAG;
  }

  found(entry: number): void {
    this.matched++;
    if (entry > this.highest) this.highest = entry;
  }
}

/** All queues of a store by topic and number, with bounded windows into their files. Never writes. */
export class QueueTable {
  readonly all: QueueWindow[];
  readonly levels = new DelayLevels(DEFAULT_DELAY_LEVELS);
  private readonly byHash = new Map<number, QueueWindow[]>();
  /** Queues that were found last, by what is quickly told of them. */
  private readonly recent: (QueueWindow | undefined)[];
  private readonly windowSize: number;
  private readonly open = new Map<string, number>();

  /** `hasExtended`: tags codes may be addresses in extended queues. */
  readonly hasExtended: boolean;

  constructor(rows: readonly QueueRow[], hasExtended: boolean) {
    this.hasExtended = hasExtended;
    this.all = rows.map((row) => new QueueWindow(this, row));
    this.recent = Array.from({ length: RECENT });
    for (const queue of this.all) {
      const hash = hashOf(queue.topicBytes, 0, queue.topicBytes.length, queue.row.queueId);
      const same = this.byHash.get(hash);
      if (same === undefined) this.byHash.set(hash, [queue]);
      else same.push(queue);
    }
    const share = Math.floor(WINDOWS / Math.max(1, rows.length) / QUEUE_ENTRY) * QUEUE_ENTRY;
    const most = Math.floor(MOST_WINDOW / QUEUE_ENTRY) * QUEUE_ENTRY;
    this.windowSize = Math.max(LEAST_WINDOW, Math.min(most, share));
  }

  /** The queue of a topic that stands in a buffer. */
  find(
    bytes: Buffer,
    topicAt: number,
    topicLength: number,
    queueId: number,
  ): QueueWindow | undefined {
    const place = (topicLength * 8 + queueId) & (RECENT - 1);
    const recent = this.recent[place];
    if (recent?.is(bytes, topicAt, topicLength, queueId) === true) return recent;
    const same = this.byHash.get(hashOf(bytes, topicAt, topicLength, queueId));
    if (same === undefined) return undefined;
    for (const queue of same) {
      if (queue.is(bytes, topicAt, topicLength, queueId)) return (this.recent[place] = queue);
    }
    return undefined;
  }

  findNamed(topic: string, queueId: number): QueueWindow | undefined {
    const bytes = Buffer.from(topic);
    return this.find(bytes, 0, bytes.length, queueId);
  }

  /** Brings an entry into its queue's window. */
  load(queue: QueueWindow, entry: number): boolean {
    const { files, fileSize } = queue.row;
    const first = files[0];
    const position = entry * QUEUE_ENTRY;
    if (first === undefined || fileSize === 0 || !(position >= first.start)) return false;
    let file = files[Math.floor((position - first.start) / fileSize)];
    if (file === undefined || position < file.start || position >= file.start + file.size) {
      file = files.find((one) => position >= one.start && position < one.start + one.size);
    }
    if (file === undefined) return false;
    if (queue.bytes === undefined) {
      queue.bytes = Buffer.allocUnsafeSlow(Math.min(this.windowSize, fileSize));
      queue.view = new DataView(queue.bytes.buffer, queue.bytes.byteOffset, queue.bytes.length);
    }
    const at = position - file.start;
    const wanted = Math.min(queue.bytes.length, file.size - at);
    const came = readSync(this.fd(file.path), queue.bytes, 0, wanted, at);
    queue.first = entry;
    queue.count = Math.floor(came / QUEUE_ENTRY);
    return queue.count > 0;
  }

  close(): void {
    for (const fd of this.open.values()) closeSync(fd);
    this.open.clear();
  }

  private fd(path: string): number {
    const known = this.open.get(path);
    if (known !== undefined) return known;
    if (this.open.size >= MOST_OPEN) {
      for (const [oldest, fd] of this.open) {
        closeSync(fd);
        this.open.delete(oldest);
        break;
      }
    }
    const fd = openSync(path, "r");
    this.open.set(path, fd);
    return fd;
  }
}

function hashOf(bytes: Buffer, at: number, length: number, queueId: number): number {
  let hash = queueId;
  for (let i = 0; i < length; i++) hash = (Math.imul(hash, 31) + (bytes[at + i] as number)) | 0;
  return hash;
}
