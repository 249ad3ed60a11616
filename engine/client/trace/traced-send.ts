/** The trace of a send. Upstream: SendMessageTraceHookImpl. */
import { propertyOf } from "../../message/properties.js";
import { KEY_SEPARATOR, PropertyName } from "../../message/property-names.js";
import type { OutgoingMessage } from "../outgoing-message.js";
import type { PreparedSend } from "../send-call.js";
import type { SendResult } from "../send-result.js";
import type { Trace } from "./trace.js";
import { type MessageType, MessageTypeOf } from "./trace-record.js";

const DELAYS = [
  PropertyName.DELAY,
  PropertyName.TIMER_DELIVER_MS,
  PropertyName.TIMER_DELAY_SEC,
  PropertyName.TIMER_DELAY_MS,
];

/** Sends that failed are not traced, as in upstream, nor those of brokers that say so. */
export function traceSend(
  trace: Trace,
  send: PreparedSend,
  outcome: { result: SendResult; group: string; address: string; begin: number; end: number },
): void {
  const { result, group, address, begin, end } = outcome;
  if (!result.traceOn || trace.isTrace(send.topic)) return;
  trace.add([
    {
      type: "Pub",
      timestamp: begin,
      regionId: result.regionId,
      group,
      topic: send.topic,
      msgId: result.msgId,
      tags: propertyOf(send.properties, PropertyName.TAGS),
      keys: propertyOf(send.properties, PropertyName.KEYS),
      storeHost: address,
      bodyLength: send.body.length,
      costMs: end - begin,
      messageType: typeOf(send.properties),
      offsetMsgId: result.offsetMsgId,
      isSuccess: result.status === "SEND_OK",
    },
  ]);
}

const STATES = {
  commit: "COMMIT_MESSAGE",
  rollback: "ROLLBACK_MESSAGE",
  unknown: "UNKNOW",
} as const;

/** The trace of a transaction's end. Upstream: EndTransactionTraceHookImpl. */
export function traceEnd(
  trace: Trace,
  message: OutgoingMessage,
  outcome: {
    result: SendResult;
    state: keyof typeof STATES;
    group: string;
    address: string;
    nowMs: number;
  },
): void {
  const { result, state, group, address, nowMs } = outcome;
  if (!result.traceOn) return;
  trace.add([
    {
      type: "EndTransaction",
      timestamp: nowMs,
      regionId: message.properties?.[PropertyName.MSG_REGION] ?? "DefaultRegion",
      group,
      topic: message.topic,
      msgId: result.msgId,
      tags: message.tags,
      keys: typeof message.keys === "string" ? message.keys : message.keys?.join(KEY_SEPARATOR),
      storeHost: address,
      transactionId: result.transactionId,
      state: STATES[state],
      isFromCheck: false,
    },
  ]);
}

function typeOf(properties: string): MessageType {
  if (propertyOf(properties, PropertyName.TRAN_MSG) === "true")
    return MessageTypeOf.TRANSACTION_HALF;
  return DELAYS.some((name) => propertyOf(properties, name) !== undefined)
    ? MessageTypeOf.DELAY
    : MessageTypeOf.NORMAL;
}
