import type { Client } from "../../engine/client/client.js";
import type { OutgoingMessage } from "../../engine/client/outgoing-message.js";
import { Producer } from "../../engine/client/producer.js";
import type { SendResult } from "../../engine/client/send-result.js";
import { sendMessageV2 } from "../../engine/protocol/requests/send-message-v2.js";
import type { Shape } from "../output/shape.js";
import type { Admin } from "./admin.js";
import type { Rehearsal } from "./change.js";
import { type Queue, queueText } from "./queues.js";

export type { OutgoingMessage, SendResult };

export interface SendSettings {
  /** Producer group. */
  group: string;
  /** Exactly this queue; any when it is left out. */
  queue?: Queue | undefined;
  /** Send a trace of it too, unless the broker does not want one. */
  trace?: boolean;
}

/** Sends one message as a producer of a group. */
export async function sendOne(
  admin: Admin,
  message: OutgoingMessage,
  settings: SendSettings,
): Promise<SendResult> {
  const { group, queue, trace = false } = settings;
  if (admin.rehearsal !== undefined) return rehearse(admin.rehearsal, message, settings);
  return admin.use(async (client) => {
    const producer = new Producer(client, { group });
    producer.start();
    const timestamp = client.clock.now();
    try {
      const result = await producer.send(message, queue === undefined ? {} : { queue });
      if (trace && result.traceOn) {
        const costMs = client.clock.now() - timestamp;
        await traceSent(client, message, { result, group, timestamp, costMs });
      }
      return result;
    } finally {
      await producer.stop();
    }
  });
}

/** Takes down what would be sent. The result is that of no message: nobody is to see it. */
function rehearse(
  rehearsal: Rehearsal,
  message: OutgoingMessage,
  { group, queue, trace = false }: SendSettings,
): SendResult {
  const { topic, body, tags, keys, properties } = message;
  rehearsal.add({
    target: queue === undefined ? `a broker of ${topic}` : `broker ${queue.brokerName}`,
    request: sendMessageV2.name,
    code: sendMessageV2.code,
    fields: {
      producerGroup: group,
      topic,
      queueId: queue?.queueId,
      tags,
      keys,
      properties,
      bodyBytes: body.length,
      trace: trace ? true : undefined,
    },
    before: undefined,
    after: undefined,
  });
  return {
    status: "SEND_OK",
    msgId: "",
    offsetMsgId: "",
    queue: queue ?? { topic, brokerName: "", queueId: 0 },
    queueOffset: 0,
    transactionId: undefined,
    regionId: "",
    traceOn: false,
    recallHandle: undefined,
  };
}

async function traceSent(
  client: Client,
  message: OutgoingMessage,
  sent: { result: SendResult; group: string; timestamp: number; costMs: number },
): Promise<void> {
  const { sendTrace } = await import("./trace.js");
  const { result, group, timestamp, costMs } = sent;
  await sendTrace(client, {
    timestamp,
    regionId: result.regionId,
    group,
    topic: message.topic,
    msgId: result.msgId,
    tags: message.tags,
    keys: typeof message.keys === "string" ? message.keys : message.keys?.join(" "),
    storeHost: client.routes.masterAddress(result.queue.brokerName) ?? "",
    bodyLength: message.body.length,
    costMs,
    offsetMsgId: result.offsetMsgId,
    success: true,
  });
}

/** SendResult.toString; releases before 5.3.2 know no handle. */
export function sendResultText(result: SendResult, { withRecallHandle = true } = {}): string {
  const { status, msgId, offsetMsgId, queue, queueOffset, recallHandle } = result;
  const handle = withRecallHandle ? `, recallHandle=${recallHandle ?? "null"}` : "";
  return `SendResult [sendStatus=${status}, msgId=${msgId}, offsetMsgId=${offsetMsgId}, messageQueue=${queueText(queue)}, queueOffset=${queueOffset}${handle}]`;
}

/** What JSON, YAML and CSV say of a message that was sent. */
export function sendRecord(result: SendResult): Record<string, unknown> {
  const { status, msgId, offsetMsgId, queue, queueOffset, recallHandle } = result;
  return { ...queue, status, msgId, offsetMsgId, queueOffset, recallHandle: recallHandle ?? null };
}

/** The shape of `sendRecord`. */
export const sendShape = {
  topic: "string",
  brokerName: "string",
  queueId: "integer",
  status: "string",
  msgId: "string",
  offsetMsgId: "string",
  queueOffset: "integer",
  recallHandle: "string?",
} as const satisfies Shape;
