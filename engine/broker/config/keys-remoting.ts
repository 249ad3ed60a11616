/** Upstream: NettyServerConfig and NettyClientConfig. */
import { boolean, int, long, text } from "./key.js";

export const remotingKeys = {
  // server
  serverWorkerThreads: int(8, "inert", "Threads that decode requests."),
  serverCallbackExecutorThreads: int(
    0,
    "inert",
    "Threads for requests without a pool of their own.",
  ),
  serverSelectorThreads: int(3, "inert", "Threads that read sockets."),
  serverOnewaySemaphoreValue: int(256, "inert", "One-way requests to clients under way at once."),
  serverAsyncSemaphoreValue: int(64, "inert", "Requests to clients under way at once."),
  serverChannelMaxIdleTimeSeconds: int(
    120,
    "start",
    "Seconds after which a silent connection is closed.",
  ),
  serverSocketSndBufSize: int(
    0,
    "inert",
    "Send buffer of accepted sockets; 0 leaves it to the system.",
  ),
  serverSocketRcvBufSize: int(
    0,
    "inert",
    "Receive buffer of accepted sockets; 0 leaves it to the system.",
  ),
  serverSocketBacklog: int(1024, "start", "Connections that may wait to be accepted."),
  writeBufferHighWaterMark: int(
    0,
    "inert",
    "Bytes waiting to be written at which a connection counts as blocked; 0 is off.",
  ),
  writeBufferLowWaterMark: int(
    0,
    "inert",
    "Bytes waiting to be written at which it is free again; 0 is off.",
  ),
  serverNettyWorkerGroupEnable: boolean(true, "inert", "Decode requests in threads of their own."),
  serverPooledByteBufAllocatorEnable: boolean(true, "inert", "Pool the server's buffers."),
  enableShutdownGracefully: boolean(false, "inert", "Ask clients to go elsewhere before stopping."),
  shutdownWaitTimeSeconds: int(30, "inert", "Seconds to wait for clients to go elsewhere."),
  useEpollNativeSelector: boolean(false, "inert", "Use epoll directly."),
  useTLS: boolean(false, "inert", "Offer TLS on the listening port."),

  // client
  clientWorkerThreads: int(4, "inert", "Threads that decode answers."),
  clientCallbackExecutorThreads: int(2, "inert", "Threads for callbacks."),
  clientOnewaySemaphoreValue: int(65535, "inert", "One-way requests to servers under way at once."),
  clientAsyncSemaphoreValue: int(65535, "inert", "Requests to servers under way at once."),
  connectTimeoutMillis: int(
    3000,
    "inert",
    "Milliseconds to wait for a connection to another server.",
  ),
  channelNotActiveInterval: long(
    60000,
    "inert",
    "Milliseconds after which an unused connection is looked at.",
  ),
  isScanAvailableNameSrv: boolean(true, "inert", "Look which name servers can be reached."),
  clientChannelMaxIdleTimeSeconds: int(
    120,
    "inert",
    "Seconds after which a silent connection to a server is closed.",
  ),
  clientSocketSndBufSize: int(
    0,
    "inert",
    "Send buffer of sockets to servers; 0 leaves it to the system.",
  ),
  clientSocketRcvBufSize: int(
    0,
    "inert",
    "Receive buffer of sockets to servers; 0 leaves it to the system.",
  ),
  clientPooledByteBufAllocatorEnable: boolean(false, "inert", "Pool the client's buffers."),
  clientCloseSocketIfTimeout: boolean(
    true,
    "inert",
    "Close a connection whose answer did not come in time.",
  ),
  socksProxyConfig: text("{}", "inert", "SOCKS proxies for connections to servers, JSON."),
  disableCallbackExecutor: boolean(false, "inert", "Run callbacks in the thread that decodes."),
  disableNettyWorkerGroup: boolean(false, "inert", "Decode answers in the thread that reads."),
  maxReconnectIntervalTimeSeconds: long(
    60,
    "inert",
    "Seconds between two tries to connect again at most.",
  ),
  enableReconnectForGoAway: boolean(
    true,
    "inert",
    "Connect elsewhere when a server asks to go away.",
  ),
};
