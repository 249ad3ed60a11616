import type { OutgoingMessage } from "../../engine/client/outgoing-message.js";
import { Producer } from "../../engine/client/producer.js";
import type { SendResult } from "../../engine/client/send-result.js";
import type { Admin } from "./admin.js";
import { type Queue, queueText } from "./queues.js";

export type { OutgoingMessage, SendResult };

/** Sends one message as a producer of a group; to one queue when it is named. */
export async function sendOne(
  admin: Admin,
  message: OutgoingMessage,
  options: { group: string; queue?: Queue | undefined; trace?: boolean },
): Promise<SendResult> {
  return admin.use(async (client) => {
    const producer = new Producer(client, { group: options.group });
    producer.start();
    try {
      return await producer.send(message, options.queue === undefined ? {} : { queue: options.queue });
    } finally {
      await producer.stop();
    }
  });
}

/** SendResult.toString. */
export function sendResultText(result: SendResult): string {
  const { status, msgId, offsetMsgId, queue, queueOffset, recallHandle } = result;
  return `SendResult [sendStatus=${status}, msgId=${msgId}, offsetMsgId=${offsetMsgId}, messageQueue=${queueText(queue)}, queueOffset=${queueOffset}, recallHandle=${recallHandle ?? "null"}]`;
}
