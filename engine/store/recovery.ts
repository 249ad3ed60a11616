/** Finds the end of a store and completes what is derived from the log. Upstream: DefaultMessageStore.recover, CommitLog.recoverNormally, recoverAbnormally. [S-REC-3] */
import { present } from "../base/assert.js";
import type { Clock } from "../base/clock.js";
import type { Logger } from "../base/log.js";
import { recordParts } from "../message/decode.js";
import { PropertyName } from "../message/property-names.js";
import { MIN_RECORD_SIZE, RecordField } from "../message/record-layout.js";
import type { StoreCheckpoint } from "./checkpoint.js";
import type { CommitLog } from "./commit-log/commit-log.js";
import {
  explainEnd,
  firstStoreTimestamp,
  scanLog,
  type ScannedRecord,
  type ScanOptions,
} from "./commit-log/scan.js";
import type { ConsumeQueue } from "./consume-queue/consume-queue.js";
import type { ConsumeQueues, FlawedQueue } from "./consume-queue/consume-queues.js";
import type { Dispatcher } from "./dispatch/dispatcher.js";
import type { KeyIndex } from "./index/key-index.js";
import { recordStoreTimestamp } from "./query.js";
import type { QueueLedger, StoppedQueue } from "./queue-ledger.js";
import type { RecoveryPoint, RecoveryPointFile } from "./recovery-point.js";
import { RecoveryReport } from "./recovery-report.js";
import type { StoreConfig } from "./store-config.js";

export interface RecoveryOptions {
  config: StoreConfig;
  log: CommitLog;
  queues: ConsumeQueues;
  index: KeyIndex;
  checkpoint: StoreCheckpoint;
  dispatcher: Dispatcher;
  ledger: QueueLedger;
  recoveryPoint: RecoveryPointFile;
  clock: Clock;
  logger: Logger;
}

/** After a clean stop only this many files from the end are read again. */
const FILES_AFTER_CLEAN_STOP = 3;
/** Records dispatched between two writes of their queue entries. */
const WRITE_EVERY = 10_000;

export class Recovery {
  private readonly options: RecoveryOptions;
  private readonly afterCrash: boolean;
  private readonly report: RecoveryReport;
  private visited = 0;
  /** A queue lacks records from here on. */
  private behindFrom = Infinity;
  /** Queues without files, to be built anew from all of the log. */
  private lost: FlawedQueue[] = [];
  /** All before it is on the disk; undefined when that is not known, or does not agree with what is there. */
  private point: RecoveryPoint | undefined;
  private hasIndexOfPoint = false;

  constructor(options: RecoveryOptions, afterCrash: boolean) {
    this.options = options;
    this.afterCrash = afterCrash;
    this.report = new RecoveryReport(options.clock, options.logger);
  }

  /** Finds the files; nothing is decided yet. Throws when they do not fit the configuration. */
  load(): void {
    const { log, queues, index, checkpoint, ledger, recoveryPoint, logger } = this.options;
    log.segments.load(this.afterCrash);
    for (const gap of log.segments.gaps()) {
      logger.warn("files of the commit log are missing, their messages are lost", gap);
    }
    ledger.load();
    checkpoint.load();
    recoveryPoint.load();
    this.lost = queues.recover(this.afterCrash);
    for (const queue of queues.all()) {
      if (!ledger.isDeleted(queue.topic, queue.firstPhysicalOffset)) continue;
      queue.segments.removeAll();
      queue.forget();
      this.lost.push({ queue, end: 0, because: "its topic was deleted" });
    }
    if (this.afterCrash && this.agrees(recoveryPoint.point)) this.point = recoveryPoint.point;
    this.hasIndexOfPoint = index.load(this.afterCrash, this.point?.index);
  }

  /** `unsyncedFrom`: from there on the last life failed to sync the log, so it must be written again. */
  async run(unsyncedFrom = Infinity): Promise<void> {
    const { log, queues } = this.options;
    const scanFrom = this.firstOffsetToCheck();
    const end = await this.findEnd(scanFrom);
    this.report.note({ after: this.afterCrash ? "a crash" : "a clean stop" });
    this.report.note({ checkedFrom: scanFrom, checkedBytes: end - scanFrom, end });
    this.cutAt(end);
    if (this.afterCrash) this.forgetQueuesFrom(scanFrom);
    this.options.ledger.logEndsAt(end);
    this.compareWithLedger(end);
    await this.dispatchMissing(scanFrom);
    this.keepPlaces();
    for (const queue of queues.all()) queue.correctMinOffset(log.minOffset);
    log.rewriteFrom(unsyncedFrom);
    if (this.afterCrash) await log.syncFrom(Math.min(scanFrom, unsyncedFrom));
    this.report.end();
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
      if (time !== undefined && time <= checkpoint.minTimestamp) {
        return Math.max(file.startOffset, this.point?.logOffset ?? 0);
      }
    }
    return this.point?.logOffset ?? log.minOffset;
  }

  /** Does the store hold what it held at the point? Files may have been lost since, or changed by others. */
  private agrees(point: RecoveryPoint | undefined): boolean {
    const { log, queues } = this.options;
    if (point === undefined || this.lost.length > 0) return false;
    const { lastRecord: from, logOffset: to } = point;
    if (from < log.minOffset || to > (log.segments.last?.endOffset ?? 0)) return false;
    if (scanLog(log.segments, { from, to, checkCrc: true }) !== to) return false;
    let queueOffsets = 0;
    for (const queue of queues.all()) queueOffsets += queue.endBelow(to);
    return queueOffsets === point.queueOffsets;
  }

  /** Goes through the log file by file; between two, time for others. Returns where the last valid record ends. */
  private async scan(name: string, options: ScanOptions): Promise<number> {
    const { segments } = this.options.log;
    const to = Math.min(options.to ?? Infinity, segments.last?.endOffset ?? 0);
    let at = options.from;
    this.report.begin(name, at, to);
    const visit = (record: ScannedRecord): boolean => {
      if ((++this.visited & 0xfff) === 0) this.report.reached(record.physicalOffset);
      return options.visit?.(record) ?? true;
    };
    for (let file = segments.fileAt(at); file !== undefined; file = segments.fileAt(at)) {
      const until = Math.min(to, file.endOffset);
      at = scanLog(segments, { ...options, from: at, to: until, visit });
      if (at < until || at >= to) break;
      this.report.reached(at);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return at;
  }

  private async findEnd(from: number): Promise<number> {
    const { log, config } = this.options;
    let newest = this.point?.storeTimestamp ?? 0;
    const end = await this.scan("look for the end of the commit log", {
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
    const { log, queues, recoveryPoint } = this.options;
    const file = log.segments.fileAt(end);
    const head = Buffer.alloc(8);
    if (end < (recoveryPoint.point?.logOffset ?? 0)) recoveryPoint.remove();
    file?.read(end, head);
    const isTorn = head.readInt32BE(0) !== 0 || head.readInt32BE(4) !== 0;
    this.tellCut(end);
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
      if (dropped > 0) this.report.count("queueEntriesDropped", dropped);
      if (this.afterCrash || isTorn || dropped > 0) queue.clearRest();
    }
    if (end > 0) this.options.index.removeFrom(end);
    this.options.checkpoint.logEndsAt(end);
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
  private async dispatchMissing(checkedFrom: number): Promise<void> {
    const { log, queues, index, config, dispatcher } = this.options;
    if (log.segments.first === undefined) return;
    let from = this.afterCrash ? checkedFrom : Math.max(log.minOffset, queues.maxPhysicalOffset);
    if (queues.isEmpty || this.lost.length > 0) from = log.minOffset;
    from = Math.max(log.minOffset, Math.min(from, this.behindFrom));
    const covered = config.messageIndexEnable ? this.indexedUpTo() : Infinity;
    if (covered < 0 || ((this.afterCrash || index.hasLostFiles) && covered < from)) {
      from = Math.min(from, Math.max(log.minOffset, covered));
    }
    from = this.recordAtOrBefore(from);
    const complete = await this.dispatchFrom(from, covered, from > log.minOffset);
    if (!complete) {
      await this.dispatchFrom(log.minOffset, Math.max(covered, index.coveredOffset), false);
    }
    dispatcher.dispatchedOffset = log.maxOffset;
    if (dispatcher.lastRecord < 0 && this.point !== undefined) {
      dispatcher.lastRecord = this.point.lastRecord;
      dispatcher.dispatchedStoreTimestamp = this.point.storeTimestamp;
    }
    queues.writeOut();
    index.writeOut();
  }

  /** The last record that needs no keys in the index any more; -1 when all need some. */
  private indexedUpTo(): number {
    const { coveredOffset } = this.options.index;
    const { point } = this;
    if (point === undefined || !this.hasIndexOfPoint) return coveredOffset;
    // the file may have been removed again, as it led beyond the end of the log
    const isThere = coveredOffset >= (point.index?.header.endPhysicalOffset ?? 0);
    return isThere ? Math.max(coveredOffset, point.lastRecord) : coveredOffset;
  }

  /** A place where a record begins: the offset itself, else the start of its file. */
  private recordAtOrBefore(offset: number): number {
    const { log } = this.options;
    if (offset >= log.maxOffset || log.record(offset) !== undefined) return offset;
    return log.segments.fileAt(offset)?.startOffset ?? log.minOffset;
  }

  /** False when it was given up because a queue lacks earlier records. */
  private async dispatchFrom(
    from: number,
    indexFrom: number,
    giveUpAtGap: boolean,
  ): Promise<boolean> {
    const { log, dispatcher, queues, logger } = this.options;
    let count = 0;
    const found = { gap: false };
    await this.scan("give queues and index what they lack", {
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
    this.report.note({ dispatchedFrom: from });
    return !found.gap;
  }

  /** What is behind the end, and why it was not believed. */
  private tellCut(end: number): void {
    const { log, config, logger } = this.options;
    const because = explainEnd(log.segments, end, config.checkCRCOnRecover);
    const files = log.segments.files.filter(({ startOffset }) => startOffset >= end && end > 0);
    const head = Buffer.alloc(8);
    const used = files.filter((file) => file.read(file.startOffset, head) > 0 && !isZero(head));
    if (because === undefined && used.length === 0) return;
    const cut = {
      at: end,
      because: because ?? "nothing stands there, and something behind it",
      filesRemoved: used.map(({ path }) => path),
    };
    logger.warn("the commit log is cut", cut);
    this.report.note({ cutBecause: cut.because, filesRemoved: used.length });
  }

  /** [S-REC-7] What a clean stop left and is not there any more is built anew. */
  private compareWithLedger(end: number): void {
    const { index, ledger, log } = this.options;
    if (log.segments.first === undefined) return;
    const { logEnd, ...stopped } = ledger.stopped;
    const isUnchanged = !this.afterCrash && logEnd === end;
    // when there is more than a clean stop left, another broker had the store: it may have deleted topics
    const isStale = !this.afterCrash && end > logEnd;
    if (!isStale) for (const known of stopped.queues) this.compareQueue(known, isUnchanged);
    for (const { queue, because } of this.lost) {
      const { topic, queueId } = queue;
      this.options.logger.warn("a queue is built anew", { topic, queueId, because });
    }
    if (this.lost.length > 0) this.report.note({ queuesBuiltAnew: this.lost.length });
    if (!isUnchanged) return;
    const names = index.names();
    const missing = stopped.index.findIndex((name, i) => names[i] !== name);
    if (missing >= 0) index.keepFirst(missing);
  }

  private compareQueue({ topic, queueId, min, max }: StoppedQueue, isUnchanged: boolean): void {
    const { queues, log } = this.options;
    if (!queues.isLegal(topic, queueId) || max <= 0) return;
    const queue = queues.findOrCreate(topic, queueId);
    const flawed = this.lost.find((one) => one.queue === queue);
    if (flawed !== undefined) flawed.end = Math.max(flawed.end, max);
    else if (queue.isUntouched) {
      this.lost.push({ queue, end: max, because: "its files are missing" });
    } else if (isUnchanged && queue.minOffset > min && queue.firstPhysicalOffset > log.minOffset) {
      queue.segments.removeAll();
      queue.forget();
      this.lost.push({ queue, end: max, because: "its first files are missing" });
    } else if (isUnchanged && queue.nextOffset < max) {
      this.behindFrom = Math.min(this.behindFrom, Math.max(0, queue.maxPhysicalOffset));
    }
  }

  /** Queues of which the log has no record any more go on where they were. [S-CQ-4] */
  private keepPlaces(): void {
    if (this.options.log.segments.first === undefined) return;
    for (const { queue, end } of this.lost) {
      if (queue.isUntouched && end > 0) queue.keepPlace(end);
    }
  }
}

function isZero(head: Buffer): boolean {
  return head.every((byte) => byte === 0);
}
