import { jsonBody, type JsonBody } from "../json-body.js";
import { bean, int, list, long, text } from "../shape.js";
import { type MessageQueue, type QueueEntry, queueTable } from "./message-queue.js";

/**
 * New offsets per queue. Upstream: ResetOffsetBody. Go splits the text by hand, so it has to be the compact dialect
 * ([R-GO-1]): keys brokerName, queueId, topic as raw object keys.
 */
export interface ResetOffsetBody {
  offsetTable: QueueEntry<number>[];
}

export const resetOffsetBody: JsonBody<ResetOffsetBody> = jsonBody(
  "ResetOffsetBody",
  bean<ResetOffsetBody>({ offsetTable: queueTable(long) }),
);

/** Upstream: MessageQueueForC. */
export interface QueueOffset extends MessageQueue {
  offset: number;
}

/** The same for clients whose admin request said CPP. Upstream: ResetOffsetBodyForC. */
export interface ResetOffsetBodyForC {
  offsetTable: QueueOffset[];
}

export const resetOffsetBodyForC: JsonBody<ResetOffsetBodyForC> = jsonBody(
  "ResetOffsetBodyForC",
  bean<ResetOffsetBodyForC>({
    offsetTable: list(
      bean<QueueOffset>({ brokerName: text, offset: long, queueId: int, topic: text }),
    ),
  }),
);
