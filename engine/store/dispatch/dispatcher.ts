/**
 * Shows records that are safely in the log to readers: consume queue, key index, waiting pulls. Upstream: ReputMessageService,
 * CommitLogDispatcher. Records that were just appended come from memory, those found by recovery are read from the log.
 */
import { messageOf } from "../../base/errors.js";
import type { Logger } from "../../base/log.js";
import { readInt64 } from "../../base/int64.js";
import { MIN_RECORD_SIZE, RecordField, storeTimestampAt } from "../../message/record-layout.js";
import { entersQueue } from "../../message/sys-flag.js";
import type { ConsumeQueue } from "../consume-queue/consume-queue.js";
import type { ConsumeQueues } from "../consume-queue/consume-queues.js";
import { scanLog, type ScannedRecord } from "../commit-log/scan.js";
import type { DelayLevels } from "../delay-levels.js";
import type { StoreHealth } from "../health.js";
import type { KeyIndex } from "../index/key-index.js";
import type { QueueLedger } from "../queue-ledger.js";
import type { SegmentQueue } from "../segment/segment-queue.js";
import type { ArrivalListener } from "../store-api.js";
import type { StoreCheckpoint } from "../checkpoint.js";
import { entryTagsCodeOf } from "./tags-code.js";

/** A record that is in the log and, if it has a queue, staged there. */
export interface DispatchedRecord {
  topic: string;
  queueId: number;
  queueOffset: number;
  /** Absent for records of open or rolled back transactions. */
  queue: ConsumeQueue | undefined;
  tagsCode: number;
  sysFlag: number;
  properties: string;
  physicalOffset: number;
  size: number;
  storeTimestamp: number;
}

export interface DispatcherOptions {
  queues: ConsumeQueues;
  index: KeyIndex;
  levels: DelayLevels;
  checkpoint: StoreCheckpoint;
  health: StoreHealth;
  ledger: QueueLedger;
  logger: Logger;
  indexEnabled: boolean;
}

export class Dispatcher {
  private readonly options: DispatcherOptions;
  private readonly listeners: ArrivalListener[] = [];
  /** From this physical offset on keys are missing in the index, as the disk did not take them. */
  private keysMissingFrom: number | undefined;
  /** Everything before this physical offset is dispatched. */
  dispatchedOffset = 0;
  /** Store time of the newest of these records; 0 when there was none. */
  dispatchedStoreTimestamp = 0;
  /** Where the newest of these records begins; -1 when that is not known. */
  lastRecord = -1;

  constructor(options: DispatcherOptions) {
    this.options = options;
  }

  get lacksKeys(): boolean {
    return this.keysMissingFrom !== undefined;
  }

  onArrival(listener: ArrivalListener): void {
    this.listeners.push(listener);
  }

  /** Shows records that were appended, in order. */
  publish(records: readonly DispatchedRecord[]): void {
    for (const record of records) {
      record.queue?.publish(record.queueOffset);
      if (this.options.indexEnabled) this.addKeys(record);
      this.dispatchedOffset = record.physicalOffset + record.size;
    }
    const last = records[records.length - 1];
    if (last !== undefined) {
      this.dispatchedStoreTimestamp = last.storeTimestamp;
      this.lastRecord = last.physicalOffset;
    }
    for (const record of records) if (record.queue !== undefined) this.announce(record);
  }

  /** Gives the index the keys that the disk did not take. */
  addMissingKeys(segments: SegmentQueue): void {
    if (this.keysMissingFrom === undefined) return;
    scanLog(segments, {
      from: this.keysMissingFrom,
      to: this.dispatchedOffset,
      checkCrc: false,
      visit: (record) => {
        this.options.index.add(this.recordOf(record));
        this.keysMissingFrom = record.physicalOffset + record.size;
        return true;
      },
    });
    this.keysMissingFrom = undefined;
  }

  private addKeys(record: DispatchedRecord): void {
    if (this.keysMissingFrom !== undefined) return;
    try {
      this.options.index.add(record);
    } catch (error) {
      this.keysMissingFrom = record.physicalOffset;
      this.options.health.fail("write the key index", error);
    }
  }

  /** Would this record leave a hole in its queue, because records before it are missing there? */
  lacksEarlier({ bytes, at, size, physicalOffset, parts }: ScannedRecord): boolean {
    if (!entersQueue(bytes.readInt32BE(at + RecordField.SYS_FLAG))) return false;
    const topic = bytes.toString("utf8", parts.topicAt, parts.topicAt + parts.topicLength);
    if (this.options.ledger.isDeleted(topic, physicalOffset)) return false;
    const queue = this.options.queues.find(topic, bytes.readInt32BE(at + RecordField.QUEUE_ID));
    const end = physicalOffset + size;
    return (
      end > (queue?.maxPhysicalOffset ?? -1) &&
      readInt64(bytes, at + RecordField.QUEUE_OFFSET) > (queue?.nextOffset ?? 0)
    );
  }

  /** Gives a record read from the log what it lacks: its entry in its queue and, behind `indexFrom`, its keys. */
  restore(scanned: ScannedRecord, indexFrom: number): void {
    const record = this.recordOf(scanned);
    const { physicalOffset, size, queueOffset } = record;
    if (
      entersQueue(record.sysFlag) &&
      !this.options.ledger.isDeleted(record.topic, physicalOffset)
    ) {
      const queue = this.options.queues.findOrCreate(record.topic, record.queueId);
      if (physicalOffset + size > queue.maxPhysicalOffset && queueOffset >= queue.nextOffset) {
        this.restoreEntry(queue, record);
      }
    }
    if (this.options.indexEnabled) {
      if (physicalOffset > indexFrom) this.options.index.add(record);
      else if (physicalOffset === indexFrom) this.options.index.addMissing(record);
    }
    this.dispatchedStoreTimestamp = record.storeTimestamp;
    this.lastRecord = physicalOffset;
    this.dispatchedOffset = physicalOffset + size;
  }

  private restoreEntry(queue: ConsumeQueue, record: DispatchedRecord): void {
    if (record.queueOffset > queue.nextOffset) {
      if (queue.isUntouched) queue.startAt(record.queueOffset);
      else if (!this.bridge(queue, record)) {
        // as upstream: the entry goes to the end all the same
        const { topic, queueId, queueOffset } = record;
        const expected = queue.nextOffset;
        this.options.logger.warn("logic queue order maybe wrong", {
          topic,
          queueId,
          queueOffset,
          expected,
        });
      }
    }
    const offset = queue.stage(record.physicalOffset, record.size, record.tagsCode);
    this.options.queues.stage(queue);
    queue.publish(offset);
  }

  /** Records of the queue that are lost have an entry all the same, that of the one before them. */
  private bridge(queue: ConsumeQueue, record: DispatchedRecord): boolean {
    const missing = record.queueOffset - queue.nextOffset;
    const before = queue.lastEntry();
    const room = record.physicalOffset - queue.maxPhysicalOffset;
    if (before === undefined || missing > room / MIN_RECORD_SIZE) return false;
    const { topic, queueId } = record;
    this.options.logger.warn("messages of a queue are lost", {
      topic,
      queueId,
      from: queue.nextOffset,
      count: missing,
    });
    while (queue.nextOffset < record.queueOffset) {
      queue.publish(queue.stage(before.physicalOffset, before.size, before.tagsCode));
    }
    return true;
  }

  private announce(record: DispatchedRecord): void {
    for (const listener of this.listeners) {
      try {
        listener(record);
      } catch (error) {
        this.options.logger.error("a listener of arrivals failed", { error: messageOf(error) });
      }
    }
  }

  private recordOf({ bytes, at, size, physicalOffset, parts }: ScannedRecord): DispatchedRecord {
    const sysFlag = bytes.readInt32BE(at + RecordField.SYS_FLAG);
    const record = {
      topic: bytes.toString("utf8", parts.topicAt, parts.topicAt + parts.topicLength),
      queueId: bytes.readInt32BE(at + RecordField.QUEUE_ID),
      queueOffset: readInt64(bytes, at + RecordField.QUEUE_OFFSET),
      queue: undefined,
      tagsCode: 0,
      sysFlag,
      properties: bytes.toString("utf8", parts.propertiesAt, parts.end),
      physicalOffset,
      size,
      storeTimestamp: readInt64(bytes, at + storeTimestampAt(sysFlag)),
    };
    record.tagsCode = entryTagsCodeOf(record, this.options.levels);
    return record;
  }
}
