/** Upstream: BrokerConfig: flow control, thread pools (kept and shown; one thread does the work here) and statistics. */
import { boolean, int, long, oneOf, text } from "./key.js";

export const limitKeys = {
  // flow
  startAcceptSendRequestTimeStamp: long(
    0,
    "live",
    "Sends before this time (milliseconds since the epoch) are refused.",
  ),
  brokerFastFailureEnable: boolean(
    true,
    "live",
    'Answer requests that waited too long with "system busy".',
  ),
  waitTimeMillsInSendQueue: long(200, "live", "Milliseconds a send may wait before it is refused."),
  waitTimeMillsInPullQueue: long(
    5000,
    "live",
    "Milliseconds a pull may wait before it is refused.",
  ),
  waitTimeMillsInLitePullQueue: long(
    5000,
    "live",
    "Milliseconds a lite pull may wait before it is refused.",
  ),
  waitTimeMillsInHeartbeatQueue: long(
    31000,
    "live",
    "Milliseconds a heartbeat may wait before it is refused.",
  ),
  waitTimeMillsInTransactionQueue: long(
    3000,
    "live",
    "Milliseconds the end of a transaction may wait before it is refused.",
  ),
  waitTimeMillsInAckQueue: long(
    3000,
    "live",
    "Milliseconds an acknowledgement may wait before it is refused.",
  ),
  waitTimeMillsInAdminBrokerQueue: long(
    5000,
    "inert",
    "Milliseconds an admin request may wait before it is refused.",
  ),

  // pools
  sendMessageThreadPoolNums: int(({ cpus }) => Math.min(cpus, 4), "inert", "Threads for sends."),
  putMessageFutureThreadPoolNums: int(
    ({ cpus }) => Math.min(cpus, 4),
    "inert",
    "Threads that finish stored messages.",
  ),
  pullMessageThreadPoolNums: int(({ cpus }) => 16 + 2 * cpus, "inert", "Threads for pulls."),
  litePullMessageThreadPoolNums: int(
    ({ cpus }) => 16 + 2 * cpus,
    "inert",
    "Threads for lite pulls.",
  ),
  ackMessageThreadPoolNums: int(16, "inert", "Threads for acknowledgements."),
  processReplyMessageThreadPoolNums: int(
    ({ cpus }) => 16 + 2 * cpus,
    "inert",
    "Threads for replies.",
  ),
  queryMessageThreadPoolNums: int(({ cpus }) => 8 + cpus, "inert", "Threads for queries."),
  adminBrokerThreadPoolNums: int(16, "inert", "Threads for admin requests."),
  clientManageThreadPoolNums: int(32, "inert", "Threads for clients that come and go."),
  consumerManageThreadPoolNums: int(32, "inert", "Threads for offsets and members of groups."),
  loadBalanceProcessorThreadPoolNums: int(32, "inert", "Threads for queue assignment."),
  heartbeatThreadPoolNums: int(
    ({ cpus }) => Math.min(32, cpus),
    "inert",
    "Threads for heartbeats.",
  ),
  recoverThreadPoolNums: int(32, "inert", "Threads for recovery of the store."),
  endTransactionThreadPoolNums: int(
    ({ cpus }) => Math.max(8 + 2 * cpus, 4 * Math.min(cpus, 4)),
    "inert",
    "Threads for the end of transactions.",
  ),
  sendThreadPoolQueueCapacity: int(
    10000,
    "start",
    "Sends that may be under way before further ones are refused.",
  ),
  putThreadPoolQueueCapacity: int(10000, "inert", "Stored messages that may wait to be finished."),
  pullThreadPoolQueueCapacity: int(100000, "live", "Pulls that may wait."),
  litePullThreadPoolQueueCapacity: int(100000, "inert", "Lite pulls that may wait."),
  ackThreadPoolQueueCapacity: int(100000, "inert", "Acknowledgements that may wait."),
  replyThreadPoolQueueCapacity: int(10000, "live", "Replies that may wait."),
  queryThreadPoolQueueCapacity: int(20000, "inert", "Queries that may wait."),
  clientManagerThreadPoolQueueCapacity: int(1000000, "inert", "Client events that may wait."),
  consumerManagerThreadPoolQueueCapacity: int(
    1000000,
    "inert",
    "Requests about offsets that may wait.",
  ),
  heartbeatThreadPoolQueueCapacity: int(50000, "inert", "Heartbeats that may wait."),
  endTransactionPoolQueueCapacity: int(100000, "live", "Ends of transactions that may wait."),
  adminBrokerThreadPoolQueueCapacity: int(10000, "inert", "Admin requests that may wait."),
  loadBalanceThreadPoolQueueCapacity: int(
    100000,
    "inert",
    "Requests for queue assignment that may wait.",
  ),

  // statistics
  enableDetailStat: boolean(
    true,
    "live",
    "Keep statistics per queue, not only per topic and group.",
  ),
  autoDeleteUnusedStats: boolean(
    true,
    "live",
    "Remove the statistics of a topic or group with it.",
  ),
  maxStatsIdleTimeInMinutes: int(
    -1,
    "inert",
    "Minutes after which statistics nobody adds to are removed; -1 keeps them.",
  ),
  commercialBaseCount: int(1, "inert", "Smallest unit of commercial statistics."),
  commercialSizePerMsg: int(
    4096,
    "inert",
    "Bytes counted as one message by commercial statistics.",
  ),
  accountStatsEnable: boolean(true, "inert", "Keep statistics per account."),
  accountStatsPrintZeroValues: boolean(true, "inert", "Log statistics of accounts that are zero."),
  metricsExporterType: oneOf(
    ["DISABLE", "OTLP_GRPC", "PROM", "LOG"],
    "DISABLE",
    "start",
    "Where metrics go: DISABLE, OTLP_GRPC, PROM or LOG.",
  ),
  metricsOtelCardinalityLimit: int(50000, "inert", "Most label sets of one metric."),
  metricsGrpcExporterTarget: text("", "inert", "Address of the collector for OTLP_GRPC."),
  metricsGrpcExporterHeader: text("", "inert", "Headers sent to the collector."),
  metricGrpcExporterTimeOutInMills: long(3000, "inert", "Milliseconds to wait for the collector."),
  metricGrpcExporterIntervalInMills: long(
    60000,
    "inert",
    "Milliseconds between two exports to the collector.",
  ),
  metricLoggingExporterIntervalInMills: long(
    10000,
    "inert",
    "Milliseconds between two exports to the log.",
  ),
  metricsPromExporterPort: int(5557, "start", "Port Prometheus reads metrics from."),
  metricsPromExporterHost: text("", "start", "Address Prometheus reads metrics from."),
  metricsLabel: text("", "start", "Labels added to every metric, name:value separated by commas."),
  metricsInDelta: boolean(false, "inert", "Export differences instead of totals."),
};
