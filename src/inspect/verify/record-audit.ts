import { SysFlag, entersQueue, transactionType } from "../../../engine/message/sys-flag.js";
import type { IndexCursor, IndexedRecord } from "./index-cursor.js";
import type { RecordVisitor, RecordWindow } from "./log-walk.js";
import { javaHashOf, PropertyScan } from "./property-scan.js";
import { Match, type QueueTable, type QueueWindow } from "./queue-table.js";
import { RecordCheck } from "./record-check.js";

const SPACE = 0x20;
const INT_MIN = -2147483648;
const MOST_KEYS = 4096;
/** Records that do not agree with their queue are kept, so many per lane; the rest is counted. */
const MOST_STRAYS = 50_000;

/** A record that its queue does not show as it should. */
export interface Stray {
  physicalOffset: number;
  size: number;
  topic: string;
  queueId: number;
  queueOffset: number;
  /** One of `Match`. */
  match: number;
}

/** Records of one queue that is not there. */
export interface Homeless {
  count: number;
  /** Physical offset of the last one. */
  last: number;
}

/** Compares valid records with their queues and with the index. */
export class RecordAudit implements RecordVisitor, IndexedRecord {
  readonly strays: Stray[] = [];
  /** Strays that were not kept. */
  moreStrays = 0;
  /** Records of queues that have no folder, by `topic\0queueId`. */
  readonly homeless = new Map<string, Homeless>();
  readonly queues: QueueTable;
  private readonly index: IndexCursor | undefined;
  private readonly properties = new PropertyScan();
  private readonly hashes = new Int32Array(MOST_KEYS);
  private readonly wanted = { phys: 0, size: 0, tag: 0 };
  /** The record that is looked at: hash of `topic#`, its bytes and fields. */
  private before = 0;
  private bytes: Buffer = Buffer.alloc(0);
  private checked = new RecordCheck();

  constructor(queues: QueueTable, index: IndexCursor | undefined) {
    this.queues = queues;
    this.index = index;
  }

  /** Looks at the record that `record` has just checked. */
  record({ bytes, view }: RecordWindow, record: RecordCheck, physicalOffset: number): void {
    const { sysFlag } = record;
    this.properties.scan(bytes, view, record.propertiesAt, record.end);
    const queue = this.queues.find(bytes, record.topicAt, record.topicLength, record.queueId);
    this.wanted.phys = physicalOffset;
    // inner batches stand in batch consume queues, which are not looked into
    if (entersQueue(sysFlag) && (sysFlag & SysFlag.INNER_BATCH) === 0) {
      this.inQueue(bytes, record, queue);
    }
    if (this.index !== undefined) this.inIndex(bytes, record, queue);
  }

  private inQueue(bytes: Buffer, record: RecordCheck, queue: QueueWindow | undefined): void {
    const { wanted } = this;
    const physicalOffset = wanted.phys;
    wanted.size = record.total;
    wanted.tag = this.tagOf(bytes, record, queue);
    if (queue === undefined) {
      const key = `${topicOf(bytes, record)}\0${String(record.queueId)}`;
      const known = this.homeless.get(key);
      if (known === undefined) this.homeless.set(key, { count: 1, last: physicalOffset });
      else {
        known.count++;
        known.last = physicalOffset;
      }
    } else {
      const match = queue.match(record.queueOffset, wanted);
      if (match === Match.SAME) queue.found(record.queueOffset);
      else this.stray(bytes, record, { physicalOffset, match });
    }
    if (this.properties.multiDispatch.from >= 0) this.inMoreQueues(bytes, record, physicalOffset);
  }

  /** Records that stand in other queues too say so in two of their properties. */
  private inMoreQueues(bytes: Buffer, record: RecordCheck, physicalOffset: number): void {
    const { multiDispatch, multiOffset } = this.properties;
    if (multiOffset.from < 0) return;
    const names = bytes.toString("utf8", multiDispatch.from, multiDispatch.to).split(",");
    const offsets = bytes.toString("utf8", multiOffset.from, multiOffset.to).split(",");
    names.forEach((name, i) => {
      const queue = this.queues.findNamed(name, name.startsWith("%LMQ%") ? 0 : record.queueId);
      const offset = Number(offsets[i]);
      if (queue === undefined || name.includes("/") || !Number.isSafeInteger(offset)) return;
      if (queue.match(offset, this.wanted) === Match.SAME) queue.found(offset);
      else this.stray(bytes, record, { physicalOffset, match: Match.OTHER, queueOffset: offset });
    });
  }

  private tagOf(bytes: Buffer, record: RecordCheck, queue: QueueWindow | undefined): number {
    const { delay, tags } = this.properties;
    if (queue?.isSchedule === true && delay.from >= 0) {
      const level = Number(bytes.toString("latin1", delay.from, delay.to));
      if (level > 0) return this.queues.levels.deliverTimestamp(level, record.storeTimestamp);
    }
    return tags.from < 0 ? 0 : javaHashOf(bytes, tags.from, tags.to);
  }

  private inIndex(bytes: Buffer, record: RecordCheck, queue: QueueWindow | undefined): void {
    const { uniqKey, keys } = this.properties;
    let count = 0;
    this.before = queue?.keyHash ?? topicHash(bytes, record);
    if (!isRolledBack(record)) {
      if (uniqKey.from >= 0)
        this.hashes[count++] = hashOf(bytes, uniqKey.from, uniqKey.to, this.before);
      if (keys.from >= 0) count = this.addKeys(bytes, count);
    }
    this.bytes = bytes;
    this.checked = record;
    this.index?.match(this, this.hashes, count);
  }

  get physicalOffset(): number {
    return this.wanted.phys;
  }

  get storeTimestamp(): number {
    return this.checked.storeTimestamp;
  }

  get tagHash(): number {
    const { tags } = this.properties;
    if (tags.from < 0 || isRolledBack(this.checked)) return NO_HASH;
    return hashOf(this.bytes, tags.from, tags.to, behindTagMark(this.before));
  }

  private addKeys(bytes: Buffer, already: number): number {
    const { from, to } = this.properties.keys;
    let count = already;
    for (let at = from; at < to && count < MOST_KEYS;) {
      let end = at;
      while (end < to && bytes[end] !== SPACE) end++;
      if (end > at) this.hashes[count++] = hashOf(bytes, at, end, this.before);
      at = end + 1;
    }
    return count;
  }

  private stray(
    bytes: Buffer,
    record: RecordCheck,
    about: { physicalOffset: number; match: number; queueOffset?: number },
  ): void {
    if (this.strays.length >= MOST_STRAYS) {
      this.moreStrays++;
      return;
    }
    const { physicalOffset, match, queueOffset = record.queueOffset } = about;
    const { total: size, queueId } = record;
    this.strays.push({
      physicalOffset,
      size,
      topic: topicOf(bytes, record),
      queueId,
      queueOffset,
      match,
    });
  }
}

function isRolledBack({ sysFlag }: RecordCheck): boolean {
  return transactionType(sysFlag) === SysFlag.TRANSACTION_ROLLBACK;
}

/** No key has it. */
const NO_HASH = -1;

function topicOf(bytes: Buffer, record: RecordCheck): string {
  return bytes.toString("utf8", record.topicAt, record.topicAt + record.topicLength);
}

function topicHash(bytes: Buffer, record: RecordCheck): number {
  const hash = javaHashOf(bytes, record.topicAt, record.topicAt + record.topicLength);
  return (Math.imul(hash, 31) + 0x23) | 0;
}

/** The hash of a key goes on behind `T#`: 5.5 indexes tags as `topic#T#tag`. [S-IDX-3] */
function behindTagMark(topicHash: number): number {
  return (Math.imul((Math.imul(topicHash, 31) + 0x54) | 0, 31) + 0x23) | 0;
}

function hashOf(bytes: Buffer, from: number, to: number, before: number): number {
  const hash = javaHashOf(bytes, from, to, before);
  return hash === INT_MIN ? 0 : hash < 0 ? -hash : hash;
}
