import type { Client } from "../../engine/client/client.js";
import type { OutgoingMessage } from "../../engine/client/outgoing-message.js";
import { Producer } from "../../engine/client/producer.js";
import type { SendResult } from "../../engine/client/send-result.js";
import type { Admin } from "./admin.js";
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
