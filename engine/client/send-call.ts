/** One attempt to send to one queue. Upstream: DefaultMQProducerImpl.sendKernelImpl, MQClientAPIImpl.sendMessage. */
import { type BatchItem, encodeBatch } from "../message/batch.js";
import { compressBody, type CompressionType } from "../message/compression/body.js";
import { encodeProperties } from "../message/properties.js";
import { SysFlag } from "../message/sys-flag.js";
import { isRetryTopic } from "../message/topic-names.js";
import { sendBatchMessage } from "../protocol/requests/send-batch-message.js";
import { sendMessageV2 } from "../protocol/requests/send-message-v2.js";
import { sendReplyMessageV2 } from "../protocol/requests/send-reply-message-v2.js";
import type { Client } from "./client.js";
import type { MessageQueue } from "./message-queue.js";
import { type OutgoingMessage, propertiesOf } from "./outgoing-message.js";
import { type SendResult, statusOf, STORED_CODES } from "./send-result.js";

const PREPARED = SysFlag.TRANSACTION_PREPARED;

/** A message ready to go: built once, sent as often as it takes. */
export interface PreparedSend {
  topic: string;
  body: Buffer;
  properties: string;
  flag: number;
  sysFlag: number;
  isBatch: boolean;
  /** The broker pushes it to the client that asked. */
  isReply: boolean;
  /** UNIQ_KEY, or those of a batch separated by commas. */
  msgId: string;
  reconsumeTimes: number;
  maxReconsumeTimes: number | undefined;
}

export async function prepareSend(
  message: OutgoingMessage,
  options: { nextId: () => string; compressOverBytes: number; compression?: CompressionType },
): Promise<PreparedSend> {
  const { properties, msgId } = identified(message, options.nextId);
  const { body, sysFlag } =
    message.body.length >= options.compressOverBytes
      ? await compressBody(message.body, options.compression ?? "zlib")
      : { body: message.body, sysFlag: 0 };
  const retry = takeRetryCounts(message.topic, properties);
  return {
    topic: message.topic,
    body,
    properties: encodeProperties(properties),
    flag: message.flag ?? 0,
    sysFlag: properties.get("TRAN_MSG") === "true" ? sysFlag | PREPARED : sysFlag,
    isBatch: false,
    isReply: properties.get("MSG_TYPE") === "reply",
    msgId,
    ...retry,
  };
}

/**
 * A batch. Java 5.x gives the batch a UNIQ_KEY of its own, with which brokers overwrite those of its messages; we
 * leave it out, as 4.8 does, so that each message keeps its id.
 */
export function prepareBatch(
  messages: readonly OutgoingMessage[],
  options: { nextId: () => string },
): PreparedSend {
  const ids: string[] = [];
  const items = messages.map((message): BatchItem => {
    const { properties, msgId } = identified(message, options.nextId);
    ids.push(msgId);
    return {
      body: message.body,
      flag: message.flag ?? 0,
      properties: encodeProperties(properties),
    };
  });
  const [first] = messages;
  return {
    topic: first?.topic ?? "",
    body: encodeBatch(items),
    properties: encodeProperties(new Map([["WAIT", String(first?.waitStoreOk ?? true)]])),
    flag: 0,
    sysFlag: 0,
    isBatch: true,
    isReply: false,
    msgId: ids.join(","),
    reconsumeTimes: 0,
    maxReconsumeTimes: undefined,
  };
}

export interface SendTarget {
  queue: MessageQueue;
  address: string;
  producerGroup: string;
  templateTopic: string;
  defaultTopicQueueNums: number;
}

/** Rejects with ResponseError for codes with which nothing was stored. */
export async function sendOnce(
  client: Client,
  send: PreparedSend,
  options: SendTarget & { timeoutMs: number },
): Promise<SendResult> {
  const definition = definitionOf(send);
  const header = headerOf(send, options, client.clock.now());
  const answer = await client.remoting.call(options.address, definition, header, {
    body: send.body,
    timeoutMs: options.timeoutMs,
    accept: STORED_CODES,
  });
  const { topic, brokerName } = options.queue;
  return {
    status: statusOf(answer.code),
    msgId: send.msgId,
    offsetMsgId: answer.header.msgId,
    queue: { topic, brokerName, queueId: answer.header.queueId },
    queueOffset: answer.header.queueOffset,
    transactionId: answer.header.transactionId,
    regionId: answer.extFields.MSG_REGION || "DefaultRegion",
    traceOn: answer.extFields.TRACE_ON !== "false",
    recallHandle: answer.extFields.recallHandle,
  };
}

/** Resolves when the request is handed to the socket; nothing tells whether it arrived. */
export async function sendAndForget(
  client: Client,
  send: PreparedSend,
  target: SendTarget,
): Promise<void> {
  const definition = definitionOf(send);
  const header = headerOf(send, target, client.clock.now());
  await client.remoting.callOneway(target.address, definition, header, { body: send.body });
}

function definitionOf({ isBatch, isReply }: PreparedSend) {
  if (isBatch) return sendBatchMessage;
  return isReply ? sendReplyMessageV2 : sendMessageV2;
}

function headerOf(send: PreparedSend, target: SendTarget, bornTimestamp: number) {
  return {
    producerGroup: target.producerGroup,
    topic: send.topic,
    defaultTopic: target.templateTopic,
    defaultTopicQueueNums: target.defaultTopicQueueNums,
    queueId: target.queue.queueId,
    sysFlag: send.sysFlag,
    bornTimestamp,
    flag: send.flag,
    properties: send.properties,
    reconsumeTimes: send.reconsumeTimes,
    unitMode: false,
    batch: send.isBatch,
    brokerName: target.queue.brokerName,
    ...(send.maxReconsumeTimes === undefined ? {} : { maxReconsumeTimes: send.maxReconsumeTimes }),
  };
}

function identified(message: OutgoingMessage, nextId: () => string) {
  const properties = propertiesOf(message);
  const msgId = properties.get("UNIQ_KEY") ?? nextId();
  properties.set("UNIQ_KEY", msgId);
  return { properties, msgId };
}

/** Sends to a retry topic carry their counts in the header instead of among the properties. */
function takeRetryCounts(
  topic: string,
  properties: Map<string, string>,
): { reconsumeTimes: number; maxReconsumeTimes: number | undefined } {
  if (!isRetryTopic(topic)) return { reconsumeTimes: 0, maxReconsumeTimes: undefined };
  const reconsumeTimes = Number(properties.get("RECONSUME_TIME") ?? 0);
  const max = properties.get("MAX_RECONSUME_TIMES");
  properties.delete("RECONSUME_TIME");
  properties.delete("MAX_RECONSUME_TIMES");
  return { reconsumeTimes, maxReconsumeTimes: max === undefined ? undefined : Number(max) };
}
