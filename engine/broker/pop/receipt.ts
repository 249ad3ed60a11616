/**
 * Texts in headers of pop requests and answers. Upstream: ExtraInfoUtil.
 *
 *     receipt          ckQueueOffset popTime invisibleTime reviveQid topicMark brokerName queueId msgQueueOffset
 *     startOffsetInfo  mark queueId startOffset         joined by ;
 *     msgOffsetInfo    mark queueId offset,offset,…     joined by ;
 */
import { parseInt64 } from "../../base/int64.js";
import { RocketmqError } from "../../base/errors.js";
import { topicMark } from "./pop-names.js";

/** What a client sends back to acknowledge a message (property POP_CK, header field extraInfo). */
export interface Receipt {
  /** Queue offset of the first message of the pop. */
  startOffset: number;
  popTime: number;
  /** Milliseconds. */
  invisibleTime: number;
  reviveQueueId: number;
  brokerName: string;
}

/** Throws when the text is no receipt. */
export function parseReceipt(text: string): Receipt {
  const parts = text.split(" ");
  const [startOffset, popTime, invisibleTime, reviveQueueId] = parts
    .slice(0, 4)
    .map((part) => parseInt64(part));
  const brokerName = parts[5];
  if (
    startOffset === undefined ||
    popTime === undefined ||
    invisibleTime === undefined ||
    reviveQueueId === undefined ||
    brokerName === undefined
  ) {
    throw new RocketmqError(`the receipt "${text}" does not parse`, { kind: "usage" });
  }
  return { startOffset, popTime, invisibleTime, reviveQueueId, brokerName };
}

/** The receipt of one message. */
export function receiptText(
  receipt: Receipt,
  message: { topic: string; queueId: number; queueOffset: number },
): string {
  const { startOffset, popTime, invisibleTime, reviveQueueId, brokerName } = receipt;
  const mark = topicMark(message.topic);
  return `${startOffset} ${popTime} ${invisibleTime} ${reviveQueueId} ${mark} ${brokerName} ${message.queueId} ${message.queueOffset}`;
}

/** One entry of startOffsetInfo. */
export function startOffsetText(topic: string, queueId: number, startOffset: number): string {
  return `${topicMark(topic)} ${queueId} ${startOffset}`;
}

/** One entry of msgOffsetInfo. */
export function messageOffsetsText(
  topic: string,
  queueId: number,
  queueOffsets: readonly number[],
): string {
  return `${topicMark(topic)} ${queueId} ${queueOffsets.join(",")}`;
}
