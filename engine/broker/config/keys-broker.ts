/** Upstream: BrokerConfig, BrokerIdentity: who the broker is, what it allows and how it meets clients and name servers. */
import { RELEASE_NAMES } from "../../protocol/release.js";
import { boolean, int, long, oneOf, optionalText, text } from "./key.js";

export const brokerKeys = {
  // identity
  brokerName: text(
    (machine) => machine.hostName,
    "start",
    "Name of this broker; a master and its slaves share it, and it is a topic too.",
  ),
  brokerClusterName: text(
    "DefaultCluster",
    "start",
    "Cluster the broker belongs to; it is a topic too.",
  ),
  brokerId: long(0, "start", "0 is the master, greater numbers are slaves; masters are always 0."),
  isBrokerContainer: boolean(false, "inert", "Whether this process is a broker container."),
  isInBrokerContainer: boolean(false, "inert", "Whether this broker lives in a broker container."),
  brokerConfigPath: optionalText(
    "start",
    "File the configuration was read from; changes made at run time are written to it.",
  ),
  rocketmqVersion: oneOf(
    RELEASE_NAMES,
    RELEASE_NAMES[0],
    "start",
    "Release of Apache RocketMQ that clients and tools take this broker for; any other value is refused.",
  ),
  rocketmqHome: optionalText(
    "start",
    "Folder of the installation, with the access rules below conf; default the store's.",
  ),
  namesrvAddr: optionalText(
    "start",
    "Name servers to register with, host:port, several separated by semicolons.",
  ),
  listenPort: int(10911, "start", "Port that clients connect to; the fast port is two below it."),
  bindAddress: text("0.0.0.0", "start", "Address the broker listens on."),
  brokerIP1: text(
    (machine) => machine.address,
    "start",
    "Address told to clients and stored with every message.",
  ),
  brokerIP2: text((machine) => machine.address, "start", "Address told to slaves for replication."),
  regionId: text(
    "DefaultRegion",
    "live",
    "Region stored with messages and told in answers to sends.",
  ),
  messageStorePlugIn: text("", "inert", "Classes wrapped around the store."),
  configManagerVersion: text(
    "v1",
    "inert",
    "Where topics, groups and offsets are kept: v1 is JSON files.",
  ),
  configBlackList: text(
    "configBlackList;brokerConfigPath",
    "live",
    "Keys, separated by semicolons, that must not be changed at run time.",
  ),
  isolateLogEnable: boolean(false, "inert", "Give each broker on a machine log files of its own."),

  // topics
  brokerPermission: int(6, "live", "What the whole broker allows: 4 reading, 2 writing, 6 both."),
  defaultTopicQueueNums: int(8, "start", "Queues of a topic that is created by sending to it."),
  autoCreateTopicEnable: boolean(true, "live", "Create a topic when somebody sends to it."),
  clusterTopicEnable: boolean(
    true,
    "start",
    "Allow reading and writing of the topic named as the cluster.",
  ),
  brokerTopicEnable: boolean(
    true,
    "start",
    "Allow reading and writing of the topic named as the broker.",
  ),
  autoCreateSubscriptionGroup: boolean(
    true,
    "live",
    "Create a consumer group when it first appears.",
  ),
  msgTraceTopicName: text("RMQ_SYS_TRACE_TOPIC", "start", "Topic that message traces go to."),
  traceTopicEnable: boolean(false, "start", "Create the trace topic at start."),
  traceOn: boolean(true, "live", "Tell clients to trace messages."),
  validateSystemTopicWhenUpdateTopic: boolean(
    true,
    "live",
    "Refuse to create or change topics with a system name.",
  ),
  enableMixedMessageType: boolean(false, "live", "Allow topics of message type MIXED."),
  clearRetryTopicWhenDeleteTopic: boolean(
    true,
    "live",
    "Remove the pop retry topics of a topic with it.",
  ),
  enableCreateSysGroup: boolean(
    true,
    "inert",
    "Create the groups that Apache's own tools use at start.",
  ),
  useStaticSubscription: boolean(
    false,
    "inert",
    "Take subscriptions from the group's configuration.",
  ),
  enableLmqStats: boolean(false, "inert", "Keep statistics of light message queues."),

  // clients
  longPollingEnable: boolean(true, "live", "Hold a pull that finds nothing until a message comes."),
  shortPollingTimeMills: long(
    1000,
    "live",
    "Milliseconds a pull is held when longPollingEnable is off.",
  ),
  notifyConsumerIdsChangedEnable: boolean(
    true,
    "live",
    "Tell consumers at once when members of their group come or go.",
  ),
  realTimeNotifyConsumerChange: boolean(true, "live", "Tell consumers of changes without delay."),
  rejectPullConsumerEnable: boolean(
    false,
    "live",
    "Refuse pulls of consumers that sent no heartbeat.",
  ),
  rejectTransactionMessage: boolean(false, "live", "Refuse transactional messages."),
  transferMsgByHeap: boolean(
    true,
    "inert",
    "Copy messages through the heap when they are sent out.",
  ),
  highSpeedMode: boolean(false, "inert", "Unused by Apache too."),
  slaveReadEnable: boolean(false, "live", "Let consumers that lag read from a slave."),
  disableConsumeIfConsumerReadSlowly: boolean(
    false,
    "inert",
    "Switch off groups that lag too far.",
  ),
  consumerFallbehindThreshold: long(
    17179869184,
    "inert",
    "Bytes of lag that disableConsumeIfConsumerReadSlowly switches a group off at.",
  ),
  litePullMessageEnable: boolean(true, "live", "Serve lite pull requests (361)."),
  useServerSideResetOffset: boolean(
    true,
    "live",
    "Reset offsets at the broker, whether consumers are online or not.",
  ),
  asyncSendEnable: boolean(
    true,
    "inert",
    "Answer sends when the store is done instead of waiting in the thread.",
  ),
  storeReplyMessageEnable: boolean(
    true,
    "live",
    "Store replies of request-reply before they are pushed.",
  ),
  enableRegisterProducer: boolean(true, "inert", "Remember producers that send heartbeats."),
  channelExpiredTimeout: long(
    120000,
    "inert",
    "Milliseconds without heartbeat after which a client is forgotten.",
  ),
  subscriptionExpiredTimeout: long(
    600000,
    "inert",
    "Milliseconds after which a subscription nobody renews is forgotten.",
  ),
  enableFastChannelEventProcess: boolean(
    false,
    "inert",
    "Find the groups of a lost connection faster.",
  ),
  printChannelGroups: boolean(false, "inert", "Log the groups that a lost connection was in."),
  printChannelGroupsMinNum: int(5, "inert", "Fewest groups for printChannelGroups to log."),
  enableNetWorkFlowControl: boolean(
    false,
    "inert",
    "Slow down reading of connections that send too much.",
  ),
  skipPreOnline: boolean(
    false,
    "inert",
    "Go online without asking other members of the broker group first.",
  ),
  lockInStrictMode: boolean(false, "inert", "Locks of queues need a majority of replicas."),
  forwardTimeout: long(
    3000,
    "inert",
    "Milliseconds to wait for another broker a request is passed to.",
  ),

  // filtering
  enablePropertyFilter: boolean(false, "live", "Allow SQL92 subscriptions."),
  enableCalcFilterBitMap: boolean(
    false,
    "inert",
    "Calculate filter bit maps when queues are built.",
  ),
  expectConsumerNumUseFilter: int(
    32,
    "inert",
    "Consumers with SQL92 filters that bit maps are sized for.",
  ),
  maxErrorRateOfBloomFilter: int(20, "inert", "Percent of wrong hits a bit map may have."),
  filterDataCleanTimeSpan: long(
    86400000,
    "live",
    "Milliseconds after which filters of groups that are gone are removed.",
  ),
  filterSupportRetry: boolean(false, "live", "Filter messages that are delivered again too."),
  estimateAccumulation: boolean(
    true,
    "inert",
    "Estimate lag by filter where it cannot be counted.",
  ),

  // offsets
  flushConsumerOffsetInterval: int(
    5000,
    "start",
    "Milliseconds between two writes of consumerOffset.json.",
  ),
  flushConsumerOffsetHistoryInterval: int(
    60000,
    "inert",
    "Milliseconds between two records of the history of offsets.",
  ),
  consumerOffsetUpdateVersionStep: long(
    500,
    "live",
    "Commits after which the data version of the offsets is raised.",
  ),
  delayOffsetUpdateVersionStep: long(
    200,
    "live",
    "Steps after which the data version of the delay offsets is raised.",
  ),
  enableBroadcastOffsetStore: boolean(
    true,
    "inert",
    "Keep offsets of broadcast consumers of the proxy.",
  ),
  broadcastOffsetExpireSecond: long(
    120,
    "inert",
    "Seconds after which an offset of a broadcast consumer is dropped.",
  ),
  broadcastOffsetExpireMaxSecond: long(
    300,
    "inert",
    "Longest life of an offset of a broadcast consumer in seconds.",
  ),

  // registration
  fetchNameSrvAddrByDnsLookup: boolean(false, "inert", "Find name servers by a DNS name."),
  fetchNamesrvAddrByAddressServer: boolean(
    false,
    "inert",
    "Find name servers by an HTTP address server.",
  ),
  fetchNamesrvAddrInterval: long(
    10000,
    "inert",
    "Milliseconds between two questions to the address server.",
  ),
  updateNameServerAddrPeriod: int(
    120000,
    "inert",
    "Milliseconds between two looks for changed name servers.",
  ),
  registerNameServerPeriod: int(
    30000,
    "start",
    "Milliseconds between two registrations, at least 10000 and at most 60000.",
  ),
  registerBrokerTimeoutMills: int(
    24000,
    "live",
    "Milliseconds to wait for name servers when registering.",
  ),
  forceRegister: boolean(true, "inert", "Register each time, also when nothing changed."),
  compressedRegister: boolean(false, "inert", "Deflate the topics when registering."),
  brokerHeartbeatInterval: int(
    1000,
    "inert",
    "Milliseconds between two heartbeats to name servers or controllers.",
  ),
  brokerNotActiveTimeoutMillis: long(
    10000,
    "inert",
    "Milliseconds without heartbeat after which name servers take the broker for dead.",
  ),
  sendHeartbeatTimeoutMillis: int(
    1000,
    "inert",
    "Milliseconds to wait for the answer to a heartbeat.",
  ),
  syncBrokerMemberGroupPeriod: int(
    1000,
    "inert",
    "Milliseconds between two looks for the members of the broker group.",
  ),
  cleanOfflineBrokerInterval: int(
    30000,
    "inert",
    "Milliseconds between two cleanings of brokers that are gone.",
  ),
  compatibleWithOldNameSrv: boolean(
    true,
    "inert",
    "Use only requests that name servers of 4.x know.",
  ),
  enableSingleTopicRegister: boolean(
    false,
    "inert",
    "Register a changed topic alone, with a request of its own.",
  ),
  enableSplitRegistration: boolean(false, "inert", "Register topics in several portions."),
  splitRegistrationSize: int(800, "inert", "Topics in one portion of a registration."),
};
