/** Keys of a name server's configuration. Upstream: NamesrvConfig, NettyServerConfig (spec: behaviour 1.2, store 13.4). */
import { RELEASE_NAMES } from "../protocol/release.js";

export interface NamesrvKey {
  readonly name: string;
  readonly type: "int" | "long" | "boolean" | "string";
  readonly initial: number | boolean | string;
  /** Does it change anything here, or is it only kept and shown? */
  readonly applies: "live" | "start" | "inert";
  readonly says: string;
  /** What a text may be, when it may not be anything. */
  readonly choices?: readonly string[];
}

function key<N extends string, T extends number | boolean | string>(
  name: N,
  type: NamesrvKey["type"],
  initial: T,
  rest: Pick<NamesrvKey, "applies" | "says" | "choices">,
): { name: N; type: NamesrvKey["type"]; initial: T } & typeof rest {
  return { name, type, initial, ...rest };
}

const inert = (says: string): { applies: "inert"; says: string } => ({ applies: "inert", says });
const live = (says: string): { applies: "live"; says: string } => ({ applies: "live", says });
const start = (says: string): { applies: "start"; says: string } => ({ applies: "start", says });

/** One row per key. Paths are set by whoever starts the server. */
export const namesrvKeys = [
  key("bindAddress", "string", "0.0.0.0", start("Address that the server listens on.")),
  key(
    "clientRequestThreadPoolNums",
    "int",
    8,
    inert("Threads that answer route queries; there is one loop here."),
  ),
  key("clientRequestThreadPoolQueueCapacity", "int", 50_000, inert("Queue of those threads.")),
  key(
    "clusterTest",
    "boolean",
    false,
    inert("Whether unknown topics are looked up at another name server."),
  ),
  key(
    "configBlackList",
    "string",
    "configBlackList;configStorePath;kvConfigPath",
    live("Keys that a request must not change, separated by ;."),
  ),
  key("configStorePath", "string", "", start("File that a changed configuration is written to.")),
  key(
    "defaultThreadPoolNums",
    "int",
    16,
    inert("Threads that answer everything but route queries."),
  ),
  key("defaultThreadPoolQueueCapacity", "int", 10_000, inert("Queue of those threads.")),
  key(
    "deleteTopicWithBrokerRegistration",
    "boolean",
    false,
    live("Whether a registration removes the broker's topics that it does not name."),
  ),
  key("enableAllTopicList", "boolean", true, live("Whether the list of all topics is given out.")),
  key(
    "enableControllerInNamesrv",
    "boolean",
    false,
    inert("Whether a controller runs in the same process."),
  ),
  key(
    "enableShutdownGracefully",
    "boolean",
    false,
    inert("Whether clients are told to go away at a stop; they always are here."),
  ),
  key(
    "enableTopicList",
    "boolean",
    true,
    live("Whether the lists of topics of a cluster and of units are given out."),
  ),
  key("kvConfigPath", "string", "", start("File of the key and value settings.")),
  key("listenPort", "int", 9876, start("Port that the server listens on.")),
  key(
    "needWaitForService",
    "boolean",
    false,
    live("Whether route queries are refused for a while after the start."),
  ),
  key(
    "notifyMinBrokerIdChanged",
    "boolean",
    false,
    live("Whether brokers are told when the lowest id of their name changes."),
  ),
  key("orderMessageEnable", "boolean", false, live("Whether routes carry the order of the topic.")),
  key(
    "productEnvName",
    "string",
    "center",
    inert("Environment that clusterTest looks topics up in."),
  ),
  key(
    "returnOrderTopicConfigToBroker",
    "boolean",
    true,
    live("Whether a registration is answered with the ordered topics."),
  ),
  key("rocketmqVersion", "string", RELEASE_NAMES[0], {
    ...start(
      "Release of Apache RocketMQ that clients and tools take this server for; any other value is refused.",
    ),
    choices: RELEASE_NAMES,
  }),
  key("rocketmqHome", "string", "", inert("Installation folder.")),
  key(
    "scanNotActiveBrokerInterval",
    "long",
    5000,
    start("Milliseconds between two searches for silent brokers."),
  ),
  key(
    "serverAsyncSemaphoreValue",
    "int",
    64,
    inert("Bound of asynchronous requests of the server."),
  ),
  key("serverCallbackExecutorThreads", "int", 0, inert("Threads that run callbacks.")),
  key(
    "serverChannelMaxIdleTimeSeconds",
    "int",
    120,
    start("Seconds after which a connection without traffic is closed."),
  ),
  key("serverNettyWorkerGroupEnable", "boolean", true, inert("Netty's worker group.")),
  key("serverOnewaySemaphoreValue", "int", 256, inert("Bound of oneway requests of the server.")),
  key("serverPooledByteBufAllocatorEnable", "boolean", true, inert("Netty's pooled buffers.")),
  key("serverSelectorThreads", "int", 3, inert("Threads that read from sockets.")),
  key(
    "serverSocketBacklog",
    "int",
    1024,
    inert("Connections that wait to be accepted; 1024 here."),
  ),
  key("serverSocketRcvBufSize", "int", 0, inert("Receive buffer of a socket; the system's here.")),
  key("serverSocketSndBufSize", "int", 0, inert("Send buffer of a socket; the system's here.")),
  key("serverWorkerThreads", "int", 8, inert("Threads that run processors.")),
  key("shutdownWaitTimeSeconds", "int", 30, inert("Seconds that a graceful stop waits.")),
  key(
    "supportActingMaster",
    "boolean",
    false,
    live("Whether the lowest slave is shown as master when the master is gone."),
  ),
  key(
    "unRegisterBrokerQueueCapacity",
    "int",
    3000,
    inert("Queue of brokers to be taken out; they are taken out at once here."),
  ),
  key("useEpollNativeSelector", "boolean", false, inert("Netty's epoll.")),
  key("waitSecondsForService", "int", 45, live("How long needWaitForService refuses, in seconds.")),
  key("writeBufferHighWaterMark", "int", 0, inert("Netty's write buffer bound.")),
  key("writeBufferLowWaterMark", "int", 0, inert("Netty's write buffer bound.")),
] as const;

type Row = (typeof namesrvKeys)[number];
type Widened<T> = T extends number ? number : T extends boolean ? boolean : string;
/** Values by key name. */
export type NamesrvValues = { [R in Row as R["name"]]: Widened<R["initial"]> };
