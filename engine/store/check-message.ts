/** What may be stored at all. Upstream: HookUtils.checkBeforePutMessage, MessageExtEncoder. [S-PUT-1] */
import type { RecordMeasure } from "../message/encode.js";
import { MAX_PROPERTIES_LENGTH } from "../message/record-layout.js";
import { RETRY_PREFIX } from "../message/topic-names.js";
import type { MessageToStore, PutStatus } from "./store-api.js";

const MAX_TOPIC_BYTES = 127;
const MAX_RETRY_TOPIC_BYTES = 255;
/** A record may be larger than the largest body by this much. */
const RECORD_MARGIN = 64 * 1024;

/** The status to refuse a message with; undefined when it is fine. */
export function refusal(
  message: MessageToStore,
  measure: RecordMeasure,
  limits: { maxMessageSize: number; maxRecordSize: number },
): PutStatus | undefined {
  const { topic } = message;
  const { topicLength } = measure;
  if (topicLength === 0 || topicLength > MAX_RETRY_TOPIC_BYTES) return "MESSAGE_ILLEGAL";
  if (topicLength > MAX_TOPIC_BYTES && !topic.startsWith(RETRY_PREFIX)) return "MESSAGE_ILLEGAL";
  if (measure.propertiesLength > MAX_PROPERTIES_LENGTH) return "PROPERTIES_SIZE_EXCEEDED";
  if (message.body.length > limits.maxMessageSize) return "MESSAGE_ILLEGAL";
  if (measure.size > limits.maxMessageSize + RECORD_MARGIN) return "MESSAGE_ILLEGAL";
  return measure.size > limits.maxRecordSize ? "MESSAGE_ILLEGAL" : undefined;
}
