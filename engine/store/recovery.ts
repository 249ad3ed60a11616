/** Finds the end of a store and completes what is derived from the log. Upstream: DefaultMessageStore.recover, CommitLog.recoverNormally, recoverAbnormally. [S-REC-3] */
import { present } from "../base/assert.js";
import type { Logger } from "../base/log.js";
import { recordParts } from "../message/decode.js";
import { PropertyName } from "../message/property-names.js";
import { MIN_RECORD_SIZE, RecordField } from "../message/record-layout.js";
import type { StoreCheckpoint } from "./checkpoint.js";
import type { CommitLog } from "./commit-log/commit-log.js";
import { firstStoreTimestamp, scanLog } from "./commit-log/scan.js";
import type { ConsumeQueue } from "./consume-queue/consume-queue.js";
import type { ConsumeQueues } from "./consume-queue/consume-queues.js";
import type { Dispatcher } from "./dispatch/dispatcher.js";
import type { KeyIndex } from "./index/key-index.js";
import { recordStoreTimestamp } from "./query.js";
import type { StoreConfig } from "./store-config.js";

export interface RecoveryOptions {
  config: StoreConfig;
  log: CommitLog;
  queues: ConsumeQueues;
  index: KeyIndex;
  checkpoint: StoreCheckpoint;
  dispatcher: Dispatcher;
  logger: Logger;
}

/** After a clean stop only this many files from the end are read again. */
const FILES_AFTER_CLEAN_STOP = 3;
/** Records dispatched between two writes of their queue entries. */
const WRITE_EVERY = 10_000;

export class Recovery {
  private readonly options: RecoveryOptions;
  private readonly afterCrash: boolean;

  constructor(options: RecoveryOptions, afterCrash: boolean) {
    this.options = options;
    this.afterCrash = afterCrash;
  }

  /** Finds the files; nothing is decided yet. Throws when they do not fit the configuration. */
  load(): void {
    const { log, queues, index, checkpoint } = this.options;
    log.segments.load(this.afterCrash);
    queues.recover(this.afterCrash);
    checkpoint.load();
    index.load(this.afterCrash);
  }

  /** `unsyncedFrom`: from there on the last life failed to sync the log, so it must be written again. */
  async run(unsyncedFrom = Infinity): Promise<void> {
    const { log, queues } = this.options;
    const scanFrom = this.firstOffsetToCheck();
    const end = this.findEnd(scanFrom);
    this.cutAt(end);
    if (this.afterCrash) this.forgetQueuesFrom(scanFrom);
    this.dispatchMissing(scanFrom);
    for (const queue of queues.all()) queue.correctMinOffset(log.minOffset);
    log.rewriteFrom(unsyncedFrom);
    if (this.afterCrash) await log.syncFrom(Math.min(scanFrom, unsyncedFrom));
  }

  /**
   * Entries that were not surely on the disk when the checkpoint was written may be missing in the middle of a queue
   * after a power cut: those of the records that are looked through are made anew.
   */
  private forgetQueuesFrom(physicalOffset: number): void {
    for (const queue of this.options.queues.all()) queue.truncateTo(physicalOffset);
  }

  /** [S-REC-4] Where checking begins: all before it was surely whole when the checkpoint was written. */
  private firstOffsetToCheck(): number {
    const { log, checkpoint } = this.options;
    const { files } = log.segments;
    if (files.length === 0) return 0;
    if (!this.afterCrash) {
      return present(files[Math.max(0, files.length - FILES_AFTER_CLEAN_STOP)]).startOffset;
    }
    for (let i = files.length - 1; i > 0; i--) {
      const file = present(files[i]);
      const time = firstStoreTimestamp(file);
      if (time !== undefined && time <= checkpoint.minTimestamp) return file.startOffset;
    }
    return log.minOffset;
  }

  private findEnd(from: number): number {
    const { log, config } = this.options;
    let newest = 0;
    const end = scanLog(log.segments, {
      from,
      checkCrc: config.checkCRCOnRecover,
      visit: ({ bytes, at }) => {
        newest = recordStoreTimestamp(bytes, at);
        return true;
      },
    });
    log.lastStoreTimestamp = log.flushedStoreTimestamp = newest;
    return end;
  }

  /** Everything behind the end is removed, in the log and in what points into it. */
  private cutAt(end: number): void {
    const { log, queues, logger } = this.options;
    const file = log.segments.fileAt(end);
    const head = Buffer.alloc(8);
    file?.read(end, head);
    const isTorn = head.readInt32BE(0) !== 0 || head.readInt32BE(4) !== 0;
    const isBeyond =
      log.segments.last !== undefined && log.segments.last.startOffset >= end && end > 0;
    if (isTorn || isBeyond) logger.warn("the commit log is cut", { at: end });
    log.segments.removeFrom(file === undefined ? end : file.endOffset);
    if (this.afterCrash || isTorn) file?.clearFrom(end);
    log.setEnd(end);
    if (log.segments.first === undefined) {
      for (const topic of queues.ids().keys()) queues.deleteTopic(topic);
      this.options.index.removeAll();
    }
    for (const queue of queues.all()) {
      queue.truncateTo(end);
      const dropped = queue.dropInvalidEnd((offset, size) => this.belongs(queue, offset, size));
      if (this.afterCrash || isTorn || dropped > 0) queue.clearRest();
    }
    if (this.options.index.coveredOffset >= end && end > 0) this.options.index.removeAll();
  }

  /** Does an entry point to a record of its queue? Where the record has expired nothing speaks against it. */
  private belongs(queue: ConsumeQueue, physicalOffset: number, size: number): boolean {
    const { log } = this.options;
    if (physicalOffset < log.minOffset) return true;
    const record = log.record(physicalOffset);
    if (record?.length !== size || size < MIN_RECORD_SIZE) return false;
    const parts = recordParts(record, 0);
    if (parts === undefined) return false;
    const isOwn =
      record.readInt32BE(RecordField.QUEUE_ID) === queue.queueId &&
      record.toString("utf8", parts.topicAt, parts.topicAt + parts.topicLength) === queue.topic;
    // such a record stands in other queues too, which only its properties name
    return (
      isOwn || record.includes(`${PropertyName.INNER_MULTI_DISPATCH}\u0001`, parts.propertiesAt)
    );
  }

  /**
   * [S-REC-5] Goes on from the smallest offset that queues or index do not cover, and begins at it: the first record that is
   * missing starts exactly where the last one that is there ends. When a queue turns out to lack earlier records, all is gone through.
   */
  private dispatchMissing(checkedFrom: number): void {
    const { log, queues, index, config, dispatcher } = this.options;
    if (log.segments.first === undefined) return;
    let from = this.afterCrash ? checkedFrom : Math.max(log.minOffset, queues.maxPhysicalOffset);
    if (queues.isEmpty) from = log.minOffset;
    const covered = config.messageIndexEnable ? index.coveredOffset : Infinity;
    if (covered < 0 || (this.afterCrash && covered < from)) {
      from = Math.min(from, Math.max(log.minOffset, covered));
    }
    from = this.recordAtOrBefore(from);
    const complete = this.dispatchFrom(from, covered, from > log.minOffset);
    if (!complete) this.dispatchFrom(log.minOffset, Math.max(covered, index.coveredOffset), false);
    dispatcher.dispatchedOffset = log.maxOffset;
    queues.writeOut();
    index.writeOut();
  }

  /** A place where a record begins: the offset itself, else the start of its file. */
  private recordAtOrBefore(offset: number): number {
    const { log } = this.options;
    if (offset >= log.maxOffset || log.record(offset) !== undefined) return offset;
    return log.segments.fileAt(offset)?.startOffset ?? log.minOffset;
  }

  /** False when it was given up because a queue lacks earlier records. */
  private dispatchFrom(from: number, indexFrom: number, giveUpAtGap: boolean): boolean {
    const { log, dispatcher, queues, logger } = this.options;
    let count = 0;
    const found = { gap: false };
    scanLog(log.segments, {
      from,
      to: log.maxOffset,
      checkCrc: false,
      visit: (record) => {
        found.gap = giveUpAtGap && dispatcher.lacksEarlier(record);
        if (found.gap) return false;
        dispatcher.restore(record, indexFrom);
        if (++count % WRITE_EVERY === 0) queues.writeOut();
        return true;
      },
    });
    if (found.gap) {
      logger.warn("a queue lacks earlier messages, the whole log is read", { from });
    }
    return !found.gap;
  }
}
