/** Upstream: BrokerConfig: transactions, pop, replication and control. */
import { boolean, int, long, oneOf, text } from "./key.js";

export const featureKeys = {
  // transactions
  transactionTimeOut: long(
    6000,
    "live",
    "Milliseconds after which an open transaction is first asked about.",
  ),
  transactionCheckMax: int(
    15,
    "live",
    "Times an open transaction is asked about before it is given up.",
  ),
  transactionCheckInterval: long(
    30000,
    "live",
    "Milliseconds between two rounds of asking about open transactions.",
  ),
  transactionMetricFlushInterval: long(
    3000,
    "start",
    "Milliseconds between two writes of the transaction metrics.",
  ),
  transactionOpMsgMaxSize: int(4096, "live", "Bytes of one record of finished transactions."),
  transactionOpBatchInterval: int(
    3000,
    "live",
    "Milliseconds between two records of finished transactions.",
  ),

  // pop
  popPollingSize: int(1024, "live", "Pops that may wait for one queue."),
  popPollingMapSize: int(100000, "live", "Topics and groups that pops may wait for."),
  maxPopPollingSize: long(100000, "live", "Pops that may wait altogether."),
  reviveQueueNum: int(8, "start", "Queues of the topic that keeps what was popped."),
  reviveInterval: long(
    1000,
    "live",
    "Milliseconds between two looks for pops that were not acknowledged.",
  ),
  reviveMaxSlow: long(3, "inert", "Rounds that revival may be late before it gives up waiting."),
  reviveScanTime: long(10000, "inert", "Milliseconds one round of revival may take."),
  enableSkipLongAwaitingAck: boolean(
    false,
    "inert",
    "Skip pops that wait for acknowledgement too long.",
  ),
  reviveAckWaitMs: long(180000, "inert", "Milliseconds to wait for an acknowledgement in revival."),
  enablePopLog: boolean(false, "inert", "Log pops."),
  enablePopBufferMerge: boolean(
    false,
    "inert",
    "Keep pops in memory for a while before storing them.",
  ),
  popCkStayBufferTime: int(10000, "inert", "Milliseconds a pop stays in memory."),
  popCkStayBufferTimeOut: int(
    3000,
    "inert",
    "Milliseconds before its end at which a pop leaves memory.",
  ),
  popCkMaxBufferSize: int(200000, "inert", "Pops that are kept in memory at most."),
  popCkOffsetMaxQueueSize: int(
    20000,
    "inert",
    "Pops of one queue that are kept in memory at most.",
  ),
  enablePopBatchAck: boolean(false, "inert", "Store several acknowledgements at once."),
  popLongPollingForceNotifyInterval: long(
    800,
    "live",
    "Milliseconds after which waiting pops are woken without cause.",
  ),
  enableNotifyBeforePopCalculateLag: boolean(
    true,
    "inert",
    "Wake waiting pops before the lag is counted.",
  ),
  enableNotifyAfterPopOrderLockRelease: boolean(
    true,
    "live",
    "Wake waiting pops when an ordered queue is released.",
  ),
  initPopOffsetByCheckMsgInMem: boolean(
    true,
    "live",
    "Begin popping a queue at its end when it is no longer in memory.",
  ),
  retrieveMessageFromPopRetryTopicV1: boolean(
    true,
    "live",
    "Read pop retry topics of the older name too.",
  ),
  enableRetryTopicV2: boolean(false, "live", "Name pop retry topics the newer way."),
  popFromRetryProbability: int(20, "live", "Percent of pops that look at retries first."),
  popConsumerFSServiceInit: boolean(
    true,
    "inert",
    "Start the pop service that keeps its state in messages.",
  ),
  popConsumerKVServiceLog: boolean(
    false,
    "inert",
    "Log the pop service that keeps its state in RocksDB.",
  ),
  popConsumerKVServiceInit: boolean(
    false,
    "inert",
    "Start the pop service that keeps its state in RocksDB.",
  ),
  popConsumerKVServiceEnable: boolean(
    false,
    "inert",
    "Use the pop service that keeps its state in RocksDB.",
  ),
  popReviveMaxReturnSizePerRead: int(16384, "inert", "Bytes read at once in revival."),
  popReviveMaxAttemptTimes: int(16, "inert", "Times one pop is tried to be revived."),
  popResponseReturnActualRetryTopic: boolean(
    false,
    "live",
    "Name the retry topic in answers to pops.",
  ),
  popInflightMessageThreshold: long(
    10000,
    "inert",
    "Messages popped and not acknowledged at most.",
  ),
  enablePopMessageThreshold: boolean(false, "inert", "Apply popInflightMessageThreshold."),
  skipWhenCKRePutReachMaxTimes: boolean(
    false,
    "inert",
    "Give up a pop that was put back too often.",
  ),
  appendAckAsync: boolean(false, "inert", "Store acknowledgements without waiting."),
  appendCkAsync: boolean(false, "inert", "Store pops without waiting."),
  loadBalancePollNameServerInterval: long(
    30000,
    "inert",
    "Milliseconds between two looks for routes by queue assignment.",
  ),
  serverLoadBalancerEnable: boolean(true, "live", "Assign queues at the broker for pop consumers."),
  defaultMessageRequestMode: oneOf(
    ["PULL", "POP"],
    "PULL",
    "live",
    "Way that groups read by default: PULL or POP.",
  ),
  defaultPopShareQueueNum: int(-1, "live", "Queues that one pop consumer shares; -1 is all."),

  // replication
  recoverConcurrently: boolean(false, "inert", "Recover queues in parallel."),
  aclEnable: boolean(false, "start", "Check requests against the rules of plain_acl.yml (4.x)."),
  enableSlaveActingMaster: boolean(
    false,
    "inert",
    "Let a slave do part of a master's work while there is none.",
  ),
  enableRemoteEscape: boolean(
    false,
    "inert",
    "Write delayed messages to another broker while there is no master.",
  ),
  enableControllerMode: boolean(false, "inert", "Let a controller choose the master."),
  controllerAddr: text("", "inert", "Controllers, separated by semicolons."),
  fetchControllerAddrByDnsLookup: boolean(false, "inert", "Find controllers by a DNS name."),
  syncBrokerMetadataPeriod: long(
    5000,
    "inert",
    "Milliseconds between two looks for the master at the controller.",
  ),
  checkSyncStateSetPeriod: long(5000, "inert", "Milliseconds between two looks at who is in sync."),
  syncControllerMetadataPeriod: long(
    10000,
    "inert",
    "Milliseconds between two looks for the leading controller.",
  ),
  controllerHeartBeatTimeoutMills: long(
    10000,
    "inert",
    "Milliseconds without heartbeat after which a controller takes the broker for dead.",
  ),
  brokerElectionPriority: int(2147483647, "inert", "Lower is preferred when a master is chosen."),
  allowRecallWhenBrokerNotWriteable: boolean(
    true,
    "live",
    "Allow recalling delayed messages while the broker takes none.",
  ),
  recallMessageEnable: boolean(false, "live", "Allow recalling delayed messages."),
  coldCtrStrategyEnable: boolean(false, "inert", "Adapt how much of cold data groups may read."),
  usePIDColdCtrStrategy: boolean(true, "inert", "Adapt by a PID controller."),
  cgColdReadThreshold: long(
    3145728,
    "inert",
    "Bytes of cold data per second that one group may read.",
  ),
  globalColdReadThreshold: long(
    104857600,
    "inert",
    "Bytes of cold data per second that all groups may read.",
  ),
};
