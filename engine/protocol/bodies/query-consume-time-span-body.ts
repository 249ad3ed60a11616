import { jsonBody, type JsonBody } from "../json-body.js";
import { bean, list, long, optional, text } from "../shape.js";
import { type MessageQueue, messageQueueShape } from "./message-queue.js";

/** Times of one queue in milliseconds. Upstream: QueueTimeSpan. */
export interface QueueTimeSpan {
  consumeTimeStamp: number;
  /** "yyyy-MM-dd#HH:mm:ss:SSS" like the other two: bean getters of upstream, which readers may do without. */
  consumeTimeStampStr?: string | undefined;
  delayTime: number;
  maxTimeStamp: number;
  maxTimeStampStr?: string | undefined;
  messageQueue: MessageQueue;
  minTimeStamp: number;
  minTimeStampStr?: string | undefined;
}

/** Upstream: QueryConsumeTimeSpanBody. */
export interface QueryConsumeTimeSpanBody {
  consumeTimeSpanSet: QueueTimeSpan[];
}

const queueTimeSpan = bean<QueueTimeSpan>({
  consumeTimeStamp: long,
  consumeTimeStampStr: optional(text),
  delayTime: long,
  maxTimeStamp: long,
  maxTimeStampStr: optional(text),
  messageQueue: messageQueueShape,
  minTimeStamp: long,
  minTimeStampStr: optional(text),
});

export const queryConsumeTimeSpanBody: JsonBody<QueryConsumeTimeSpanBody> = jsonBody(
  "QueryConsumeTimeSpanBody",
  bean<QueryConsumeTimeSpanBody>({ consumeTimeSpanSet: list(queueTimeSpan) }),
);
