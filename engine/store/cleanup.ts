/** Removes old files and watches the disk. Upstream: CleanCommitLogService, CleanConsumeQueueService. [S-CLEAN-1] */
import type { Clock, Timer } from "../base/clock.js";
import { messageOf } from "../base/errors.js";
import type { Files } from "../base/files.js";
import type { Logger } from "../base/log.js";
import type { CommitLog } from "./commit-log/commit-log.js";
import type { ConsumeQueues } from "./consume-queue/consume-queues.js";
import { diskLimits, diskSpace } from "./disk-space.js";
import type { StoreHealth } from "./health.js";
import type { KeyIndex } from "./index/key-index.js";
import type { StoreConfig } from "./store-config.js";

export interface CleanupOptions {
  config: StoreConfig;
  clock: Clock;
  files: Files;
  logger: Logger;
  log: CommitLog;
  queues: ConsumeQueues;
  index: KeyIndex;
  health: StoreHealth;
}

const FIRST_RUN_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Rounds that the admin's request to delete expired files is good for. */
const MANUAL_ROUNDS = 20;

export class Cleanup {
  private readonly options: CleanupOptions;
  private timers: Timer[] = [];
  private step: Timer | undefined;
  private manualRounds = 0;
  private cleanedBelow = 0;

  constructor(options: CleanupOptions) {
    this.options = options;
  }

  start(): void {
    const { clock, config, log } = this.options;
    this.cleanedBelow = log.minOffset;
    this.timers.push(
      clock.every(config.cleanResourceInterval, () => this.guarded(() => this.run()), FIRST_RUN_MS),
    );
    this.watchDisk();
  }

  stop(): void {
    for (const timer of this.timers) timer.cancel();
    this.timers = [];
    this.step?.cancel();
    this.step = undefined;
  }

  /** The administrator asked: files past their time go whatever the hour. */
  deleteExpiredCommitLog(): void {
    this.manualRounds = MANUAL_ROUNDS;
  }

  /** Removes what queues and index keep of records that are no longer in the log. */
  cleanDerived(): void {
    const { log, queues, index } = this.options;
    const min = log.minOffset;
    this.cleanedBelow = min;
    for (const queue of queues.all()) queue.deleteExpired(min);
    index.deleteExpired(min);
  }

  private guarded(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.options.logger.error("cleaning the store failed", { error: messageOf(error) });
    }
  }

  private run(): void {
    const { config, log } = this.options;
    const space = this.watchDisk();
    const limits = diskLimits(config);
    const fullest = Math.max(space.commitLog, space.consumeQueue);
    const isShort = fullest > limits.clean || space.commitLog < 0;
    const isForced = config.cleanFileForciblyEnable && fullest > limits.force;
    const isManual = this.manualRounds > 0;
    if (isManual) this.manualRounds--;
    if ((isShort || isManual || this.isTheHour()) && this.step === undefined) {
      this.deleteOne(config.deleteFileBatchMax, isForced);
    }
    if (log.minOffset > this.cleanedBelow) this.cleanDerived();
  }

  /** Raises and lowers the flag that refuses puts. */
  private watchDisk(): { commitLog: number; consumeQueue: number } {
    const { files, config, health, logger } = this.options;
    const space = diskSpace(files, config);
    const isFull = space.commitLog > diskLimits(config).full;
    if (isFull !== health.isDiskFull) {
      logger.warn(isFull ? "disk full, puts are refused" : "disk space is back", { ...space });
    }
    health.isDiskFull = isFull;
    return space;
  }

  private isTheHour(): boolean {
    const { config, clock } = this.options;
    const hour = new Date(clock.now()).getHours();
    return config.deleteWhen.split(";").some((one) => one.trim() !== "" && Number(one) === hour);
  }

  /** One file after the other with a pause between, since removing a large file keeps the disk busy. Never the last. */
  private deleteOne(left: number, isForced: boolean): void {
    this.step = undefined;
    const { log, config, clock, logger } = this.options;
    const oldest = log.segments.first;
    if (left <= 0 || oldest === undefined || log.segments.files.length < 2) return;
    const modified = oldest.modifiedMs() ?? clock.now();
    if (!isForced && modified + config.fileReservedTime * HOUR_MS > clock.now()) return;
    log.segments.removeFirst();
    logger.info("commit log file removed", { path: oldest.path });
    this.step = clock.after(config.deleteCommitLogFilesInterval, () =>
      this.guarded(() => this.deleteOne(left - 1, isForced)),
    );
  }
}
