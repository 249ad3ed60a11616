import { jsonBody, type JsonBody } from "../json-body.js";
import { bean, long, table } from "../shape.js";
import { type QueueEntry, queueTable } from "./message-queue.js";

/** Offsets as clients hold them. Upstream: GetConsumerStatusBody. */
export interface GetConsumerStatusBody {
  /** Client id → offsets: what a broker answers to a tool. */
  consumerTable: Map<string, QueueEntry<number>[]>;
  /** What a client answers to the broker. */
  messageQueueTable: QueueEntry<number>[];
}

export const getConsumerStatusBody: JsonBody<GetConsumerStatusBody> = jsonBody(
  "GetConsumerStatusBody",
  bean<GetConsumerStatusBody>({
    consumerTable: table(queueTable(long)),
    messageQueueTable: queueTable(long),
  }),
);
