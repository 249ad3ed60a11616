import { jsonBody, type JsonBody } from "../json-body.js";
import { bean, int, list, long, named, text } from "../shape.js";

/** Acknowledgements of messages that one pop took out of one queue. Upstream: BatchAck. */
export interface BatchAck {
  consumerGroup: string;
  topic: string;
  /** "0" normal, "1" and "2" the two kinds of retry topic. */
  retry: string;
  startOffset: number;
  queueId: number;
  reviveQueueId: number;
  popTime: number;
  /** Milliseconds. */
  invisibleTime: number;
  /** Base64 of the little-endian bit set of indexes from startOffset on. */
  bitSet: string;
}

/** Upstream: BatchAckMessageRequestBody. */
export interface BatchAckMessageBody {
  acks: BatchAck[];
  brokerName: string;
}

const batchAck = bean<BatchAck>({
  bitSet: named(text, { wire: "b", readAlso: ["bitSet"] }),
  consumerGroup: named(text, { wire: "c", readAlso: ["consumerGroup"] }),
  invisibleTime: named(long, { wire: "it", readAlso: ["invisibleTime"] }),
  popTime: named(long, { wire: "pt", readAlso: ["popTime"] }),
  queueId: named(int, { wire: "q", readAlso: ["queueId"] }),
  retry: named(text, { wire: "r", readAlso: ["retry"] }),
  reviveQueueId: named(int, { wire: "rq", readAlso: ["reviveQueueId"] }),
  startOffset: named(long, { wire: "so", readAlso: ["startOffset"] }),
  topic: named(text, { wire: "t", readAlso: ["topic"] }),
});

export const batchAckMessageBody: JsonBody<BatchAckMessageBody> = jsonBody(
  "BatchAckMessageBody",
  bean<BatchAckMessageBody>({ acks: list(batchAck), brokerName: text }),
);
