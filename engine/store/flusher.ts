/** Brings files to the disk now and then, and the checkpoint with them. Upstream: FlushRealTimeService, FlushConsumeQueueService. [S-FLUSH-2] */
import type { Clock, Timer } from "../base/clock.js";
import { messageOf } from "../base/errors.js";
import type { Logger } from "../base/log.js";
import type { Reach, StoreCheckpoint } from "./checkpoint.js";
import type { CommitLog } from "./commit-log/commit-log.js";
import type { ConsumeQueues } from "./consume-queue/consume-queues.js";
import type { Dispatcher } from "./dispatch/dispatcher.js";
import type { StoreHealth } from "./health.js";
import type { KeyIndex } from "./index/key-index.js";
import { recordStoreTimestamp } from "./query.js";
import type { RecoveryPoint, RecoveryPointFile } from "./recovery-point.js";
import type { StoreConfig } from "./store-config.js";

export interface FlusherOptions {
  config: StoreConfig;
  clock: Clock;
  logger: Logger;
  log: CommitLog;
  queues: ConsumeQueues;
  dispatcher: Dispatcher;
  index: KeyIndex;
  checkpoint: StoreCheckpoint;
  health: StoreHealth;
  recoveryPoint: RecoveryPointFile;
  /** After so many bytes of the log there is a new recovery point. */
  recoveryPointBytes: number;
}

const PAGE = 4096;
const CHECKPOINT_INTERVAL_MS = 1000;
const INDEX_SYNC_INTERVAL_MS = 10_000;

export class Flusher {
  private readonly options: FlusherOptions;
  private timers: Timer[] = [];
  private lastThoroughLogFlush = 0;
  private lastThoroughQueueFlush = 0;
  private lastIndexSync = 0;
  /** What could not be written lately. */
  private readonly late = new Set<string>();
  private indexSync = Promise.resolve();
  private readonly running = new Map<string, Promise<void>>();

  constructor(options: FlusherOptions) {
    this.options = options;
  }

  start(): void {
    const { clock, config, checkpoint } = this.options;
    if (!config.messageIndexEnable) checkpoint.ignoreIndex();
    this.lastThoroughLogFlush = this.lastThoroughQueueFlush = this.lastIndexSync = clock.now();
    this.timers.push(
      clock.every(config.flushIntervalCommitLog, () => this.runOnce("log", () => this.flushLog())),
      clock.every(config.flushIntervalConsumeQueue, () =>
        this.runOnce("queues", () => this.flushQueues()),
      ),
      clock.every(CHECKPOINT_INTERVAL_MS, () =>
        this.runOnce("checkpoint", () => this.flushIndexAndCheckpoint()),
      ),
    );
  }

  /** Ends the timers and flushes everything. Everything must be written and dispatched. */
  async stop(): Promise<void> {
    for (const timer of this.timers) timer.cancel();
    this.timers = [];
    await Promise.all(this.running.values());
    const { log, queues, checkpoint, health } = this.options;
    // what was not synced is lost, however well another sync went
    if (health.failed !== undefined) return;
    const point = this.nextPoint();
    await log.flush();
    for (const queue of queues.all()) if (queue.unsyncedBytes > 0) await queue.sync();
    checkpoint.queuesReach(this.dispatched);
    await this.syncIndex(point);
    checkpoint.physicMsgTimestamp = Math.max(
      checkpoint.physicMsgTimestamp,
      log.flushedStoreTimestamp,
    );
    checkpoint.write();
    await checkpoint.sync();
  }

  private runOnce(name: string, run: () => Promise<void>): void {
    if (this.running.has(name) || this.options.health.failed !== undefined) return;
    const task = run()
      .catch((error: unknown) => this.options.health.fail(`flush ${name}`, error))
      .finally(() => this.running.delete(name));
    this.running.set(name, task);
  }

  private async flushLog(): Promise<void> {
    const { log, config, clock, checkpoint } = this.options;
    const isThorough =
      clock.now() >= this.lastThoroughLogFlush + config.flushCommitLogThoroughInterval;
    const dirtyPages = Math.floor(log.writtenOffset / PAGE) - Math.floor(log.flushedOffset / PAGE);
    if (!isThorough && dirtyPages < config.flushCommitLogLeastPages) return;
    if (isThorough) this.lastThoroughLogFlush = clock.now();
    await log.flush();
    checkpoint.physicMsgTimestamp = Math.max(
      checkpoint.physicMsgTimestamp,
      log.flushedStoreTimestamp,
    );
  }

  private async flushQueues(): Promise<void> {
    const { queues, config, clock, checkpoint } = this.options;
    const isThorough =
      this.bytesSincePoint >= this.options.recoveryPointBytes ||
      clock.now() >= this.lastThoroughQueueFlush + config.flushConsumeQueueThoroughInterval;
    if (isThorough) this.lastThoroughQueueFlush = clock.now();
    const least = isThorough ? 1 : Math.max(1, config.flushConsumeQueueLeastPages * PAGE);
    const { dispatched } = this;
    const point = isThorough ? this.nextPoint() : undefined;
    for (const queue of queues.all()) if (queue.unsyncedBytes >= least) await queue.sync();
    if (isThorough) checkpoint.queuesReach(dispatched);
    if (point !== undefined) await this.syncIndex(point);
  }

  /** What is dispatched by now, to be written down when it is synced. */
  private nextPoint(): RecoveryPoint | undefined {
    const { dispatcher, queues } = this.options;
    const { dispatchedOffset: logOffset, lastRecord } = dispatcher;
    if (lastRecord < 0 || dispatcher.lacksKeys || this.bytesSincePoint <= 0) return undefined;
    let queueOffsets = 0;
    for (const queue of queues.all()) queueOffsets += queue.maxOffset;
    const storeTimestamp = dispatcher.dispatchedStoreTimestamp;
    return { logOffset, lastRecord, storeTimestamp, queueOffsets };
  }

  private async writePoint(point: RecoveryPoint): Promise<void> {
    const { recoveryPoint } = this.options;
    if (recoveryPoint.says(point)) return;
    const isWritten = this.isWritten("recovery point", () => {
      recoveryPoint.write(point);
    });
    if (isWritten) await recoveryPoint.sync();
  }

  private get bytesSincePoint(): number {
    const { dispatcher, recoveryPoint } = this.options;
    return dispatcher.dispatchedOffset - (recoveryPoint.point?.logOffset ?? 0);
  }

  /** Where dispatch is; no further than the log is on the disk, which may end there after a power cut. */
  private get dispatched(): Reach {
    const { dispatcher, log } = this.options;
    const offset = Math.min(dispatcher.dispatchedOffset, log.flushedOffset);
    return { timestamp: dispatcher.dispatchedStoreTimestamp, offset };
  }

  /**
   * Index files are written only to be synced: as long as the newest ends where the checkpoint says, Apache keeps it after a
   * crash and adds what came since. Otherwise it is tried again soon. Then the recovery point follows, or a new one is written;
   * one after the other, as the index of a point has the keys of all that is before it.
   */
  private syncIndex(next?: RecoveryPoint): Promise<void> {
    const task = this.indexSync.then(() => this.syncIndexNow(next));
    this.indexSync = task.catch(() => undefined);
    return task;
  }

  private async syncIndexNow(nextPoint: RecoveryPoint | undefined): Promise<void> {
    const { index, checkpoint, dispatcher, log, clock, recoveryPoint } = this.options;
    const { dispatched } = this;
    const next = log.record(dispatcher.dispatchedOffset);
    const mark = index.mark();
    const isSynced = await index.sync(next ? recordStoreTimestamp(next, 0) : clock.now());
    if (isSynced && !dispatcher.lacksKeys) checkpoint.indexReaches(dispatched);
    if (isSynced) this.lastIndexSync = clock.now();
    const point = nextPoint ?? recoveryPoint.point;
    if (point === undefined) return;
    // what the index leads to has to be there
    await log.flush();
    await this.writePoint({ ...point, index: mark });
  }

  private async flushIndexAndCheckpoint(): Promise<void> {
    const { checkpoint, clock } = this.options;
    if (clock.now() >= this.lastIndexSync + INDEX_SYNC_INTERVAL_MS) {
      await this.syncIndex();
    }
    if (!checkpoint.isDirty) return;
    const isWritten = this.isWritten("checkpoint", () => {
      checkpoint.write();
    });
    if (isWritten) await checkpoint.sync();
  }

  /** An old checkpoint or recovery point makes the next recovery longer, and nothing else. */
  private isWritten(what: string, write: () => void): boolean {
    try {
      write();
      this.late.delete(what);
    } catch (error) {
      if (!this.late.has(what)) {
        this.options.logger.warn(`the ${what} was not written`, { error: messageOf(error) });
      }
      this.late.add(what);
    }
    return !this.late.has(what);
  }
}
