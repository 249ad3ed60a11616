/** Messages as a consumer gets them. Upstream: MessageExt, PullAPIWrapper.processPullResult. */
import { decodeRecords } from "../message/decode.js";
import type { Message } from "../message/message.js";
import { PropertyName } from "../message/property-names.js";
import { retryTopic } from "../message/topic-names.js";

/** A stored message and the broker it came from. Its body is inflated when it is first asked for. */
export interface ReceivedMessage extends Message {
  brokerName: string;
}

/** Decodes the body of a pull answer and adds what upstream's client adds: MIN_OFFSET and MAX_OFFSET. */
export function receivedMessages(
  body: Buffer | undefined,
  from: { brokerName: string; minOffset: number; maxOffset: number },
): ReceivedMessage[] {
  if (body === undefined) return [];
  return decodeRecords(body).map((message) => {
    message.properties.set(PropertyName.MIN_OFFSET, String(from.minOffset));
    message.properties.set(PropertyName.MAX_OFFSET, String(from.maxOffset));
    return Object.assign(message, { brokerName: from.brokerName });
  });
}

/** Applications see the topic a message was sent to first, not the retry topic of their group. */
export function restoreTopic(message: ReceivedMessage, group: string): void {
  if (message.topic !== retryTopic(group)) return;
  message.topic = message.properties.get(PropertyName.RETRY_TOPIC) ?? message.topic;
}
