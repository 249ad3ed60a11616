/** Header fields that the ways of sending share ([R-SEND-1] in docs/protocol.md). */
import { boolean, int32, int64, string } from "./header.js";

/** Long names. Upstream: SendMessageRequestHeader. */
export const sendFields = {
  producerGroup: string.required(),
  topic: string.required(),
  /** Template for auto-creation, normally TBW102. */
  defaultTopic: string.required(),
  defaultTopicQueueNums: int32.required(),
  /** Negative: the broker chooses. */
  queueId: int32.required(),
  sysFlag: int32.required(),
  bornTimestamp: int64.required(),
  flag: int32.required(),
  properties: string.optional(),
  reconsumeTimes: int32.optional(),
  unitMode: boolean.optional(),
  maxReconsumeTimes: int32.optional(),
  batch: boolean.optional(),
  /** Broker that the client believes to talk to; since 5.0. */
  brokerName: string.optional("bname"),
} as const;

/** The same fields under one-letter names. Upstream: SendMessageRequestHeaderV2. */
export const sendFieldsV2 = {
  producerGroup: string.required("a"),
  topic: string.required("b"),
  defaultTopic: string.required("c"),
  defaultTopicQueueNums: int32.required("d"),
  queueId: int32.required("e"),
  sysFlag: int32.required("f"),
  bornTimestamp: int64.required("g"),
  flag: int32.required("h"),
  properties: string.optional("i"),
  reconsumeTimes: int32.optional("j"),
  unitMode: boolean.optional("k"),
  maxReconsumeTimes: int32.optional("l"),
  batch: boolean.optional("m"),
  brokerName: string.optional("n"),
} as const;

/** Upstream: SendMessageResponseHeader. */
export const sendAnswerFields = {
  /** Offset message id; for a batch several, joined by commas. */
  msgId: string.required(),
  queueId: int32.required(),
  /** Of the first message of a batch. */
  queueOffset: int64.required(),
  transactionId: string.optional(),
  batchUniqId: string.optional(),
  recallHandle: string.optional(),
  regionId: string.optional("MSG_REGION"),
  /** "true" or "false". */
  traceOn: string.optional("TRACE_ON"),
} as const;
