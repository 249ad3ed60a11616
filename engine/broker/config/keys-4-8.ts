/** The configuration that a broker of 4.8.0 shows. Upstream: BrokerConfig, MessageStoreConfig, NettyServerConfig, NettyClientConfig of 4.8.0. */
import { nameSet, type ReleaseConfig } from "../../protocol/release.js";
import type { BrokerConfig } from "./keys.js";

/** Names of this engine's table, those with another spelling too. */
const known = nameSet(`
  accessMessageInMemoryMaxRatio aclEnable adminBrokerThreadPoolNums autoCreateSubscriptionGroup
  autoCreateTopicEnable autoDeleteUnusedStats bitMapLengthConsumeQueueExt brokerClusterName
  brokerFastFailureEnable brokerIP1 brokerIP2 brokerId brokerName brokerPermission brokerRole
  brokerTopicEnable channelNotActiveInterval checkCRCOnRecover cleanFileForciblyEnable
  cleanResourceInterval clientAsyncSemaphoreValue clientCallbackExecutorThreads
  clientChannelMaxIdleTimeSeconds clientCloseSocketIfTimeout clientManageThreadPoolNums
  clientManagerThreadPoolQueueCapacity clientOnewaySemaphoreValue
  clientPooledByteBufAllocatorEnable clientSocketRcvBufSize clientSocketSndBufSize
  clientWorkerThreads clusterTopicEnable commercialBaseCount commitCommitLogLeastPages
  commitCommitLogThoroughInterval commitIntervalCommitLog compressedRegister
  connectTimeoutMillis consumerFallbehindThreshold consumerManageThreadPoolNums
  consumerManagerThreadPoolQueueCapacity debugLockEnable defaultQueryMaxNum
  defaultTopicQueueNums deleteCommitLogFilesInterval deleteConsumeQueueFilesInterval deleteWhen
  destroyMapedFileIntervalForcibly disableConsumeIfConsumerReadSlowly diskFallRecorded
  diskMaxUsedSpaceRatio duplicationEnable enableBatchPush enableCalcFilterBitMap
  enableConsumeQueueExt enableDLegerCommitLog enablePropertyFilter
  endTransactionPoolQueueCapacity endTransactionThreadPoolNums expectConsumerNumUseFilter
  fastFailIfNoBufferInStorePool fetchNamesrvAddrByAddressServer fileReservedTime
  filterDataCleanTimeSpan filterSupportRetry flushCommitLogLeastPages
  flushCommitLogThoroughInterval flushCommitLogTimed flushConsumeQueueLeastPages
  flushConsumeQueueThoroughInterval flushConsumerOffsetHistoryInterval
  flushConsumerOffsetInterval flushDelayOffsetInterval flushDiskType flushIntervalCommitLog
  flushIntervalConsumeQueue flushLeastPagesWhenWarmMapedFile forceRegister
  haHousekeepingInterval haListenPort haMaxGapNotInSync haSendHeartbeatInterval
  haTransferBatchSize heartbeatThreadPoolNums heartbeatThreadPoolQueueCapacity highSpeedMode
  listenPort longPollingEnable mappedFileSizeCommitLog mappedFileSizeConsumeQueue
  mappedFileSizeConsumeQueueExt maxErrorRateOfBloomFilter maxHashSlotNum maxIndexNum
  maxMessageSize maxMsgsNumBatch maxTransferBytesOnMessageInDisk
  maxTransferBytesOnMessageInMemory maxTransferCountOnMessageInDisk
  maxTransferCountOnMessageInMemory messageDelayLevel messageIndexEnable messageIndexSafe
  messageStorePlugIn msgTraceTopicName namesrvAddr notifyConsumerIdsChangedEnable
  offsetCheckInSlave osPageCacheBusyTimeOutMills processReplyMessageThreadPoolNums
  pullMessageThreadPoolNums pullThreadPoolQueueCapacity putMsgIndexHightWater
  queryMessageThreadPoolNums queryThreadPoolQueueCapacity redeleteHangedFileInterval regionId
  registerBrokerTimeoutMills registerNameServerPeriod rejectTransactionMessage
  replyThreadPoolQueueCapacity rocketmqHome sendMessageThreadPoolNums
  sendThreadPoolQueueCapacity serverAsyncSemaphoreValue serverCallbackExecutorThreads
  serverChannelMaxIdleTimeSeconds serverOnewaySemaphoreValue serverPooledByteBufAllocatorEnable
  serverSelectorThreads serverSocketRcvBufSize serverSocketSndBufSize serverWorkerThreads
  shortPollingTimeMills slaveReadEnable startAcceptSendRequestTimeStamp storePathCommitLog
  storePathRootDir storeReplyMessageEnable syncFlushTimeout traceOn traceTopicEnable
  transactionCheckInterval transactionCheckMax transactionTimeOut transferMsgByHeap
  transientStorePoolEnable transientStorePoolSize useEpollNativeSelector
  useReentrantLockWhenPutMessage useTLS waitTimeMillsInHeartbeatQueue waitTimeMillsInPullQueue
  waitTimeMillsInSendQueue waitTimeMillsInTransactionQueue warmMapedFileEnable
`);

export const config48: ReleaseConfig<BrokerConfig> = {
  shows: (name) => known.has(name),
  defaults: {
    autoDeleteUnusedStats: false,
    clientCloseSocketIfTimeout: false,
    clientSocketRcvBufSize: 131_072,
    clientSocketSndBufSize: 131_072,
    flushCommitLogTimed: false,
    registerBrokerTimeoutMills: 6_000,
    sendMessageThreadPoolNums: 1,
    serverSocketRcvBufSize: 131_072,
    serverSocketSndBufSize: 131_072,
    timerWheelEnable: false,
    transactionCheckInterval: 60_000,
    useReentrantLockWhenPutMessage: false,
    useServerSideResetOffset: false,
  },
  spellings: { haMaxGapNotInSync: "haSlaveFallbehindMax", enableBatchPush: "isEnableBatchPush" },
  added: {
    commercialBigCount: "1",
    commercialEnable: "true",
    commercialTimerCount: "1",
    commercialTransCount: "1",
    filterServerNums: "0",
    maxDelayTime: "40",
  },
};
