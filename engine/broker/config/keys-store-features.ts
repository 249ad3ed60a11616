/** Upstream: MessageStoreConfig: building queues, delay, replication, compaction and RocksDB. */
import { boolean, int, long, optionalText, text } from "./key.js";

export const storeFeatureKeys = {
  // dispatching
  enableAsyncReput: boolean(true, "inert", "Build queues in several threads."),
  recheckReputOffsetFromCq: boolean(
    false,
    "inert",
    "Look at queues once more where building has to go on.",
  ),
  dispatchCqThreads: int(10, "inert", "Threads that build queues."),
  dispatchCqCacheNum: int(4096, "inert", "Entries kept by a thread that builds queues."),
  enableBuildConsumeQueueConcurrently: boolean(false, "inert", "Build queues in parallel."),
  batchDispatchRequestThreadPoolNums: int(16, "inert", "Threads for building queues in parallel."),
  putConsumeQueueDataByFileChannel: boolean(
    true,
    "inert",
    "Write queues through the file instead of the mapping.",
  ),
  enableLmq: boolean(false, "inert", "Allow light message queues."),
  enableMultiDispatch: boolean(false, "inert", "Put a message into several queues."),
  maxLmqConsumeQueueNum: int(20000, "inert", "Light message queues at most."),

  // delay
  messageDelayLevel: text(
    "1s 5s 10s 30s 1m 2m 3m 4m 5m 6m 7m 8m 9m 10m 20m 30m 1h 2h",
    "live",
    "Times of the delay levels, separated by blanks.",
  ),
  flushDelayOffsetInterval: long(
    10000,
    "start",
    "Milliseconds between two writes of delayOffset.json.",
  ),
  enableScheduleMessageStats: boolean(true, "live", "Keep statistics of delayed messages."),
  enableScheduleAsyncDeliver: boolean(
    false,
    "inert",
    "Deliver delayed messages without waiting for each.",
  ),
  scheduleAsyncDeliverMaxPendingLimit: int(2000, "inert", "Delayed messages under way at once."),
  scheduleAsyncDeliverMaxResendNum2Blocked: int(
    3,
    "inert",
    "Tries after which delivery of a level waits.",
  ),
  timerWheelEnable: boolean(true, "start", "Keep messages with a delivery time of their own."),
  timerPrecisionMs: int(1000, "start", "Milliseconds that delivery times are rounded to."),
  timerRollWindowSlot: int(
    172800,
    "live",
    "Slots that the timer wheel covers before messages go round again.",
  ),
  timerFlushIntervalMs: int(1000, "live", "Milliseconds between two flushes of the timer."),
  timerMaxDelaySec: int(259200, "live", "Seconds that a message may be delayed at most."),
  mappedFileSizeTimerLog: int(104857600, "start", "Bytes of one timer log file."),
  timerGetMessageThreadNum: int(3, "inert", "Threads that read due messages."),
  timerPutMessageThreadNum: int(3, "inert", "Threads that deliver due messages."),
  timerEnableDisruptor: boolean(false, "inert", "Use a ring buffer between the timer's threads."),
  timerEnableCheckMetrics: boolean(true, "inert", "Count anew what the timer holds now and then."),
  timerInterceptDelayLevel: boolean(false, "inert", "Handle delay levels by the timer too."),
  timerStopEnqueue: boolean(false, "live", "Take no messages into the timer."),
  timerCheckMetricsWhen: text("05", "inert", "Hour of the day when the timer is counted anew."),
  timerSkipUnknownError: boolean(false, "inert", "Skip messages the timer cannot handle."),
  timerWarmEnable: boolean(false, "inert", "Read due messages ahead."),
  timerStopDequeue: boolean(false, "live", "Deliver no messages from the timer."),
  timerEnableRetryUntilSuccess: boolean(false, "live", "Try to deliver a due message for ever."),
  timerCongestNumEachSlot: int(
    2147483647,
    "live",
    "Messages in one slot above which the timer takes no more.",
  ),
  timerMetricSmallThreshold: int(
    1000000,
    "inert",
    "Topics with fewer messages are counted exactly.",
  ),
  timerProgressLogIntervalMs: int(
    10000,
    "inert",
    "Milliseconds between two logs of the timer's progress.",
  ),
  disappearTimeAfterStart: int(
    -1,
    "inert",
    "Milliseconds after the start during which the broker does not register; -1 is none.",
  ),

  // ha
  haListenPort: int(
    0,
    "start",
    "Port that slaves connect to; one above listenPort when not given.",
  ),
  haSendHeartbeatInterval: int(5000, "inert", "Milliseconds between two heartbeats to a slave."),
  haHousekeepingInterval: int(
    20000,
    "inert",
    "Milliseconds without a word after which a replication connection is closed.",
  ),
  haTransferBatchSize: int(32768, "inert", "Bytes sent to a slave at once."),
  haMasterAddress: optionalText(
    "inert",
    "Address a slave replicates from; asked of the name server when not given.",
  ),
  haMaxGapNotInSync: int(
    268435456,
    "inert",
    "Bytes a slave may be behind and still count as in sync.",
  ),
  slaveTimeout: int(3000, "inert", "Milliseconds a send waits for a slave with SYNC_MASTER."),
  totalReplicas: int(1, "inert", "Copies of a message, the master's included."),
  inSyncReplicas: int(1, "live", "Copies that a send waits for."),
  minInSyncReplicas: int(1, "inert", "Fewest copies that a send may be content with."),
  allAckInSyncStateSet: boolean(false, "inert", "Wait for all copies that are in sync."),
  enableAutoInSyncReplicas: boolean(false, "inert", "Wait for fewer copies when slaves are lost."),
  haFlowControlEnable: boolean(false, "inert", "Limit how much is sent to slaves."),
  maxHaTransferByteInSecond: long(
    104857600,
    "inert",
    "Bytes per second that are sent to slaves at most.",
  ),
  haMaxTimeSlaveNotCatchup: long(
    15000,
    "inert",
    "Milliseconds a slave may be behind and still count as in sync.",
  ),
  syncMasterFlushOffsetWhenStartup: boolean(
    false,
    "inert",
    "Fetch the master's flushed offset at start.",
  ),
  maxChecksumRange: long(
    1073741824,
    "inert",
    "Bytes compared when a slave looks where it agrees with its master.",
  ),
  maxSlaveResendLength: long(268435456, "inert", "Bytes sent again to a slave that has lost some."),
  syncFromLastFile: boolean(false, "inert", "A new slave begins with the last file."),
  asyncLearner: boolean(false, "inert", "The slave never becomes master."),
  enableDLegerCommitLog: boolean(false, "inert", "Keep the commit log in a DLedger group."),
  dLegerGroup: optionalText("inert", "Name of the DLedger group."),
  dLegerPeers: optionalText("inert", "Members of the DLedger group."),
  dLegerSelfId: optionalText("inert", "This broker's id in the DLedger group."),
  preferredLeaderId: optionalText("inert", "Preferred leader of the DLedger group."),

  // compaction
  enableCompaction: boolean(true, "inert", "Compact topics whose clean-up policy says so."),
  compactionMappedFileSize: int(104857600, "inert", "Bytes of one compacted file."),
  compactionCqMappedFileSize: int(
    10485760,
    "inert",
    "Bytes of one queue file of compacted topics.",
  ),
  compactionScheduleInternal: int(900000, "inert", "Milliseconds between two compactions."),
  maxOffsetMapSize: int(104857600, "inert", "Bytes of the table used by a compaction."),
  compactionThreadNum: int(6, "inert", "Threads for compactions."),

  // rocksdb
  cleanRocksDBDirtyCQIntervalMin: long(
    60,
    "inert",
    "Minutes between two cleanings of queues in RocksDB.",
  ),
  statRocksDBCQIntervalSec: long(
    10,
    "inert",
    "Seconds between two statistics of queues in RocksDB.",
  ),
  memTableFlushIntervalMs: long(3600000, "inert", "Milliseconds between two flushes of RocksDB."),
  realTimePersistRocksDBConfig: boolean(
    true,
    "inert",
    "Write topics and groups to RocksDB at once.",
  ),
  enableRocksDBLog: boolean(false, "inert", "Log what RocksDB does."),
  rocksdbCQDoubleWriteEnable: boolean(false, "inert", "Write queues to files and to RocksDB."),
  bottomMostCompressionTypeForConsumeQueueStore: text(
    "zstd",
    "inert",
    "Compression of the lowest level in RocksDB.",
  ),
  rocksdbCompressionType: text("lz4", "inert", "Compression in RocksDB."),
  rocksdbFlushWalFrequency: int(1024, "inert", "Writes between two flushes of RocksDB's log."),
  rocksdbWalFileRollingThreshold: long(1073741824, "inert", "Bytes of one log file of RocksDB."),
};
