/** The embedded engine: name server, broker and client in this process. */
export { systemClock, ManualClock, type Clock } from "./base/clock.js";
export { CorruptError, RocketmqError, UnreachableError } from "./base/errors.js";
export { type Logger, silentLogger } from "./base/log.js";
export { type RunningBroker, startBroker, type StartBrokerOptions } from "./broker/start-broker.js";
export { type Client, type ClientOptions, createClient } from "./client/client.js";
export { MessageStream } from "./client/message-stream.js";
export type { OutgoingMessage } from "./client/outgoing-message.js";
export { Producer, type ProducerOptions, type SendOptions } from "./client/producer.js";
export {
  PullConsumer,
  type PullConsumerOptions,
  type PullOptions,
} from "./client/pull-consumer.js";
export { PushConsumer, type PushConsumerOptions } from "./client/push-consumer.js";
export { reply, replyMessage, Requester, type RequestOptions } from "./client/request-reply.js";
export type { ReceivedMessage } from "./client/received-message.js";
export type { SendResult } from "./client/send-result.js";
export type { TransactionCheck, TransactionState } from "./client/transaction-checks.js";
export {
  TransactionProducer,
  type TransactionProducerOptions,
  type TransactionResult,
} from "./client/transaction-producer.js";
export { type Namesrv, type NamesrvOptions, startNamesrv } from "./namesrv/namesrv.js";
