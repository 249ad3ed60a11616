/** Options of the store, named as in broker.conf; the broker's own configuration fits this shape. Upstream: MessageStoreConfig. */

export type BrokerRole = "ASYNC_MASTER" | "SYNC_MASTER" | "SLAVE";
export type FlushDiskType = "ASYNC_FLUSH" | "SYNC_FLUSH";

/** Read again whenever used, so that keys which may change at run time do. Sizes are bytes, intervals and timeouts ms. */
export interface StoreConfig {
  storePathRootDir: string;
  /** Folders separated by commas; empty: `commitlog` below the root. */
  storePathCommitLog: string;
  mappedFileSizeCommitLog: number;
  /** Rounded up to whole entries of 20 bytes. */
  mappedFileSizeConsumeQueue: number;
  brokerRole: BrokerRole;
  flushDiskType: FlushDiskType;
  flushIntervalCommitLog: number;
  /** Pages of 4 KiB that must be dirty for a flush before the thorough interval is over. */
  flushCommitLogLeastPages: number;
  flushCommitLogThoroughInterval: number;
  flushIntervalConsumeQueue: number;
  flushConsumeQueueLeastPages: number;
  flushConsumeQueueThoroughInterval: number;
  syncFlushTimeout: number;
  /** A write to the log that takes longer makes the store busy. */
  osPageCacheBusyTimeOutMills: number;
  /** Hours of the day, separated by semicolons. */
  deleteWhen: string;
  /** Hours. */
  fileReservedTime: number;
  cleanResourceInterval: number;
  deleteCommitLogFilesInterval: number;
  deleteFileBatchMax: number;
  /** Percent, as the next two. */
  diskMaxUsedSpaceRatio: number;
  diskSpaceWarningLevelRatio: number;
  diskSpaceCleanForciblyRatio: number;
  cleanFileForciblyEnable: boolean;
  /** Largest body. */
  maxMessageSize: number;
  checkCRCOnRecover: boolean;
  maxTransferBytesOnMessageInMemory: number;
  maxTransferCountOnMessageInMemory: number;
  maxTransferBytesOnMessageInDisk: number;
  maxTransferCountOnMessageInDisk: number;
  /** Percent of the machine's memory. */
  accessMessageInMemoryMaxRatio: number;
  /** Bytes of consume queue that one pull looks at, at least. */
  maxFilterMessageSize: number;
  messageIndexEnable: boolean;
  maxHashSlotNum: number;
  maxIndexNum: number;
  maxMsgsNumBatch: number;
  offsetCheckInSlave: boolean;
  messageDelayLevel: string;
}

export const DEFAULT_DELAY_LEVELS = "1s 5s 10s 30s 1m 2m 3m 4m 5m 6m 7m 8m 9m 10m 20m 30m 1h 2h";

/** Upstream's defaults. */
export function defaultStoreConfig(storePathRootDir: string): StoreConfig {
  return {
    storePathRootDir,
    storePathCommitLog: "",
    mappedFileSizeCommitLog: 1_073_741_824,
    mappedFileSizeConsumeQueue: 6_000_000,
    brokerRole: "ASYNC_MASTER",
    flushDiskType: "ASYNC_FLUSH",
    flushIntervalCommitLog: 500,
    flushCommitLogLeastPages: 4,
    flushCommitLogThoroughInterval: 10_000,
    flushIntervalConsumeQueue: 1000,
    flushConsumeQueueLeastPages: 2,
    flushConsumeQueueThoroughInterval: 60_000,
    syncFlushTimeout: 5000,
    osPageCacheBusyTimeOutMills: 1000,
    deleteWhen: "04",
    fileReservedTime: 72,
    cleanResourceInterval: 10_000,
    deleteCommitLogFilesInterval: 100,
    deleteFileBatchMax: 10,
    diskMaxUsedSpaceRatio: 75,
    diskSpaceWarningLevelRatio: 90,
    diskSpaceCleanForciblyRatio: 85,
    cleanFileForciblyEnable: true,
    maxMessageSize: 4_194_304,
    checkCRCOnRecover: true,
    maxTransferBytesOnMessageInMemory: 262_144,
    maxTransferCountOnMessageInMemory: 32,
    maxTransferBytesOnMessageInDisk: 65_536,
    maxTransferCountOnMessageInDisk: 8,
    accessMessageInMemoryMaxRatio: 40,
    maxFilterMessageSize: 16_000,
    messageIndexEnable: true,
    maxHashSlotNum: 5_000_000,
    maxIndexNum: 20_000_000,
    maxMsgsNumBatch: 64,
    offsetCheckInSlave: false,
    messageDelayLevel: DEFAULT_DELAY_LEVELS,
  };
}

/** Folders that hold commit log files. */
export function commitLogDirectories(config: StoreConfig): string[] {
  const listed = config.storePathCommitLog
    .split(",")
    .map((path) => path.trim())
    .filter((path) => path !== "");
  return listed.length > 0 ? listed.sort() : [`${config.storePathRootDir}/commitlog`];
}
