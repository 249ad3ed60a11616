/** The text that a timer message can be taken back with. Upstream: RecallMessageHandle.HandleV1. */
import { propertyOf } from "../../message/properties.js";
import { PropertyName } from "../../message/property-names.js";
import { isRetryTopic, SystemTopic } from "../../message/topic-names.js";
import type { MessageToStore } from "../../store/store-api.js";

const VERSION = "v1";

export interface RecallHandle {
  topic: string;
  brokerName: string;
  /** Milliseconds since the epoch, as text. */
  timestamp: string;
  /** The unique key of the message. */
  messageId: string;
}

function encodeRecallHandle(handle: RecallHandle): string {
  const { topic, brokerName, timestamp, messageId } = handle;
  const text = [VERSION, topic, brokerName, timestamp, messageId].join(" ");
  // Java's URL encoder pads, Node's does not.
  return Buffer.from(text).toString("base64").replaceAll("+", "-").replaceAll("/", "_");
}

/** The handle of a message that waits on the wheel; retries have none. Upstream: attachRecallHandle. */
export function recallHandleOf(
  { topic, properties }: Pick<MessageToStore, "topic" | "properties">,
  brokerName: string,
): string | undefined {
  if (topic !== SystemTopic.WHEEL_TIMER) return undefined;
  const realTopic = propertyOf(properties, PropertyName.REAL_TOPIC);
  const outMs = Number(propertyOf(properties, PropertyName.TIMER_OUT_MS) ?? NaN);
  const messageId = propertyOf(properties, PropertyName.UNIQ_KEY);
  if (realTopic === undefined || messageId === undefined || isRetryTopic(realTopic)) return;
  // One millisecond more, so that rounding down leads to the same slot again.
  return encodeRecallHandle({ topic: realTopic, brokerName, timestamp: `${outMs + 1}`, messageId });
}

/** Undefined when the text is no such handle. */
export function decodeRecallHandle(text: string): RecallHandle | undefined {
  if (!/^[A-Za-z0-9_-]+={0,2}$/.test(text)) return undefined;
  const [version, topic, brokerName, timestamp, messageId] = Buffer.from(text, "base64url")
    .toString()
    .split(" ");
  if (version !== VERSION || topic === undefined || brokerName === undefined) return undefined;
  if (timestamp === undefined || messageId === undefined || messageId === "") return undefined;
  return { topic, brokerName, timestamp, messageId };
}
