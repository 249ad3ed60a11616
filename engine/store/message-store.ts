/** The store of a broker: composes log, queues, index and what keeps them. Upstream: DefaultMessageStore. */
import { ownPid } from "../base/processes.js";
import { totalmem } from "node:os";
import type { Clock } from "../base/clock.js";
import { RocketmqError, messageOf } from "../base/errors.js";
import { realFiles, type Files } from "../base/files.js";
import { silentLogger, type Logger } from "../base/log.js";
import { AbortFile } from "./abort-file.js";
import { Appender } from "./appender.js";
import { StoreCheckpoint } from "./checkpoint.js";
import { Cleanup } from "./cleanup.js";
import { CommitLog } from "./commit-log/commit-log.js";
import { firstStoreTimestamp } from "./commit-log/scan.js";
import { ConsumeQueues } from "./consume-queue/consume-queues.js";
import { entryPhysicalOffset, entrySize, entryTagsCode } from "./consume-queue/queue-entry.js";
import { DataDirLock } from "./data-dir-lock.js";
import { DelayLevels } from "./delay-levels.js";
import { Dispatcher } from "./dispatch/dispatcher.js";
import { Flusher } from "./flusher.js";
import { StoreHealth, SyncFailure } from "./health.js";
import { KeyIndex } from "./index/key-index.js";
import { Mending } from "./mending.js";
import { queryByKey } from "./query.js";
import { QueueLedger } from "./queue-ledger.js";
import { Reader } from "./reader.js";
import { RecoveryPointFile } from "./recovery-point.js";
import { Recovery } from "./recovery.js";
import { OpenFiles } from "./segment/open-files.js";
import type {
  ArrivalListener,
  BatchToStore,
  GetRequest,
  GetResult,
  MessageStore,
  MessageToStore,
  PutResult,
  QueryResult,
  QueueEntry,
  ReplicationGate,
} from "./store-api.js";
import type { StoreConfig } from "./store-config.js";
import { storeRuntimeInfo } from "./runtime-info.js";
import { StoreStats } from "./store-stats.js";
import { offsetByTime, storeTimeAt } from "./time-search.js";

export interface StoreOptions {
  /** Read again whenever used. */
  config: StoreConfig;
  clock: Clock;
  files?: Files;
  logger?: Logger;
  /** Memory of the machine; decides what counts as recent. */
  memoryBytes?: number;
  /** Bytes of the log between two recovery points, 64 MiB if not given: so much is read again after a crash, and what came in some seconds. */
  recoveryPointBytes?: number;
}

const RECOVERY_POINT_BYTES = 64 << 20;

export function createMessageStore(options: StoreOptions): MessageStore {
  return new FileMessageStore(options);
}

class FileMessageStore implements MessageStore {
  private readonly config: StoreConfig;
  private readonly files: Files;
  private readonly clock: Clock;
  private readonly logger: Logger;
  private readonly open: OpenFiles;
  private readonly lock: DataDirLock;
  private readonly abort: AbortFile;
  private readonly checkpoint: StoreCheckpoint;
  private readonly ledger: QueueLedger;
  private readonly recoveryPoint: RecoveryPointFile;
  private readonly health: StoreHealth;
  private readonly stats: StoreStats;
  private readonly log: CommitLog;
  private readonly queueSet: ConsumeQueues;
  private readonly index: KeyIndex;
  private readonly dispatcher: Dispatcher;
  private readonly appender: Appender;
  private readonly reader: Reader;
  private readonly flusher: Flusher;
  private readonly cleanup: Cleanup;
  private readonly mending: Mending;

  constructor(options: StoreOptions) {
    const { config, clock, files = realFiles, logger = silentLogger } = options;
    const memoryBytes = options.memoryBytes ?? totalmem();
    const root = config.storePathRootDir;
    this.config = config;
    this.files = files;
    this.clock = clock;
    this.logger = logger;
    const open = (this.open = new OpenFiles(files));
    this.lock = new DataDirLock(files, root);
    this.abort = new AbortFile(files, root);
    const checkpoint = (this.checkpoint = new StoreCheckpoint(open, root));
    const health = (this.health = new StoreHealth(logger));
    const stats = (this.stats = new StoreStats(clock));
    const log = (this.log = new CommitLog(open, config));
    const queues = (this.queueSet = new ConsumeQueues(open, config));
    const index = (this.index = new KeyIndex({ open, config, clock, logger, checkpoint }));
    const levels = new DelayLevels(() => config.messageDelayLevel);
    const parts = { config, clock, files, logger, log, queues, index, checkpoint, health, stats };
    const indexEnabled = config.messageIndexEnable;
    const recoveryPoint = (this.recoveryPoint = new RecoveryPointFile(open, root));
    const ledger = (this.ledger = new QueueLedger(files, logger, root));
    this.dispatcher = new Dispatcher({ ...parts, levels, ledger, indexEnabled });
    this.appender = new Appender({ ...parts, levels, dispatcher: this.dispatcher });
    this.reader = new Reader({ ...parts, memoryBytes });
    const { recoveryPointBytes = RECOVERY_POINT_BYTES } = options;
    const { dispatcher } = this;
    this.flusher = new Flusher({ ...parts, dispatcher, recoveryPoint, recoveryPointBytes });
    this.cleanup = new Cleanup(parts);
    this.mending = new Mending({ ...parts, dispatcher: this.dispatcher });
    health.onLost = () => this.noteLoss();
  }

  async start(): Promise<void> {
    try {
      await this.openAndRecover();
    } catch (error) {
      throw startFailure(this.config.storePathRootDir, error);
    }
    this.health.open();
    this.stats.start();
    this.flusher.start();
    this.cleanup.start();
    this.mending.start();
  }

  private async openAndRecover(): Promise<void> {
    this.files.makeDirectory(this.config.storePathRootDir);
    this.lock.acquire();
    try {
      const { config, log, queueSet: queues, index, checkpoint, dispatcher, logger } = this;
      const { ledger, recoveryPoint, clock } = this;
      const derived = { queues, index, checkpoint, ledger, recoveryPoint };
      const parts = { config, clock, log, dispatcher, logger, ...derived };
      const recovery = new Recovery(parts, this.abort.exists);
      recovery.load();
      const { unsyncedFrom } = this.abort;
      // from here on the store is changed: it has to be looked through again when that is not brought to an end
      this.abort.create(ownPid, unsyncedFrom);
      await recovery.run(unsyncedFrom);
      if (unsyncedFrom !== undefined) this.abort.create(ownPid);
    } catch (error) {
      this.letGo();
      throw error;
    }
  }

  private letGo(): void {
    this.open.closeAll();
    try {
      this.lock.release();
    } catch (error) {
      this.logger.warn("lock.pid was not removed", { error: messageOf(error) });
    }
  }

  private noteStop(): void {
    const { log, queueSet, index, ledger } = this;
    const queues = [...queueSet.all()].map(({ topic, queueId, minOffset, nextOffset }) => {
      return { topic, queueId, min: minOffset, max: nextOffset };
    });
    ledger.noteStop({ logEnd: log.maxOffset, queues, index: index.names() }, log.minOffset);
  }

  /** The next life has to write again what was not synced in this one. */
  private noteLoss(): void {
    try {
      this.abort.create(ownPid, this.log.flushedOffset);
    } catch (error) {
      this.logger.error("the failed sync was not noted", { error: messageOf(error) });
    }
  }

  async stop(): Promise<void> {
    if (!this.health.isRunning) return;
    this.health.close();
    this.cleanup.stop();
    this.stats.stop();
    try {
      await this.appender.drain();
      await this.mending.stop();
      await this.flusher.stop();
      const { failed, suspended } = this.health;
      if (failed === undefined && suspended === undefined && this.dispatchBehindBytes === 0) {
        this.noteStop();
        this.abort.remove();
      }
    } catch (error) {
      this.logger.error("the store was not stopped cleanly", { error: messageOf(error) });
    } finally {
      this.letGo();
    }
  }

  put(message: MessageToStore, done: (result: PutResult) => void): void {
    this.appender.put(message, done);
  }

  putBatch(batch: BatchToStore, done: (result: PutResult) => void): void {
    this.appender.putBatch(batch, done);
  }

  get(request: GetRequest): GetResult {
    if (!this.health.isRunning) {
      throw new RocketmqError("store getMessage return null", { kind: "failed" });
    }
    return this.reader.get(request);
  }

  minOffset(topic: string, queueId: number): number {
    return this.queueSet.find(topic, queueId)?.minOffset ?? 0;
  }

  maxOffset(topic: string, queueId: number): number {
    return this.queueSet.find(topic, queueId)?.maxOffset ?? 0;
  }

  entry(topic: string, queueId: number, queueOffset: number): QueueEntry | undefined {
    const range = this.queueSet.find(topic, queueId)?.read(queueOffset, 1);
    if (range === undefined || range.count === 0) return undefined;
    return {
      queueOffset,
      physicalOffset: entryPhysicalOffset(range.bytes, range.at),
      size: entrySize(range.bytes, range.at),
      tagsCode: entryTagsCode(range.bytes, range.at),
    };
  }

  offsetByTime(
    topic: string,
    queueId: number,
    timestamp: bigint,
    boundary: "lower" | "upper",
  ): number {
    const queue = this.queueSet.find(topic, queueId);
    if (queue === undefined) return 0;
    return offsetByTime(queue, this.log, { time: Number(timestamp), boundary });
  }

  storeTimeAt(topic: string, queueId: number, queueOffset: number): number {
    const queue = this.queueSet.find(topic, queueId);
    return queue === undefined ? -1 : storeTimeAt(queue, this.log, queueOffset);
  }

  earliestStoreTime(topic: string, queueId: number): number {
    return this.storeTimeAt(topic, queueId, this.minOffset(topic, queueId));
  }

  isInMemory(topic: string, queueId: number, queueOffset: number): boolean {
    const entry = this.entry(topic, queueId, queueOffset);
    return entry !== undefined && this.reader.isInMemory(entry.physicalOffset);
  }

  record(physicalOffset: number): Buffer | undefined {
    return this.log.record(physicalOffset);
  }

  query(topic: string, key: string, maxCount: number, begin: bigint, end: bigint): QueryResult {
    return queryByKey(this.index, this.log, {
      topic,
      key,
      maxCount: Math.min(maxCount, this.config.maxMsgsNumBatch),
      begin: Number(begin),
      end: Number(end),
    });
  }

  onArrival(listener: ArrivalListener): void {
    this.dispatcher.onArrival(listener);
  }

  setReplicationGate(gate: ReplicationGate): void {
    this.appender.setReplicationGate(gate);
  }

  deleteTopics(topics: readonly string[]): void {
    try {
      this.ledger.noteDeleted(topics, this.log.maxOffset, this.log.minOffset);
    } catch (error) {
      this.logger.error("it was not noted that topics are deleted", {
        topics,
        error: messageOf(error),
      });
    }
    for (const topic of topics) this.queueSet.deleteTopic(topic);
  }

  queues(): ReadonlyMap<string, readonly number[]> {
    return this.queueSet.ids();
  }

  deleteExpiredCommitLog(): void {
    this.cleanup.deleteExpiredCommitLog();
  }

  cleanExpiredConsumeQueues(): void {
    this.cleanup.cleanDerived();
  }

  get commitLogMinOffset(): number {
    return this.log.minOffset;
  }

  get commitLogMaxOffset(): number {
    return this.log.maxOffset;
  }

  get flushedOffset(): number {
    return this.log.flushedOffset;
  }

  get dispatchBehindBytes(): number {
    return this.log.maxOffset - this.dispatcher.dispatchedOffset;
  }

  get heldUpMs(): number {
    return this.appender.heldUpMs;
  }

  get isWritable(): boolean {
    return this.health.isWritable;
  }

  get earliestTimestamp(): number {
    const first = this.log.segments.first;
    return (first && firstStoreTimestamp(first)) ?? -1;
  }

  runtimeInfo(): Record<string, string> {
    const { config, files, log, stats } = this;
    return storeRuntimeInfo({ config, files, log, stats, store: this });
  }
}

/** What the system says when it refuses a file, with the store it happened to. */
function startFailure(root: string, error: unknown): unknown {
  if (error instanceof RocketmqError || !(error instanceof Error)) return error;
  const { code } = error as NodeJS.ErrnoException;
  const isDisk = error instanceof SyncFailure || code !== undefined;
  if (!isDisk) return error;
  return new RocketmqError(`the store ${root} was not opened: ${error.message}`, {
    kind: "failed",
    hint: "make room on the disk or see to it; the store is looked through at the next start",
    cause: error,
  });
}
