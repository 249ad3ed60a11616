import { jsonBody, type JsonBody } from "../json-body.js";
import { bean, long, real } from "../shape.js";
import { type QueueEntry, queueTable } from "./message-queue.js";

/** Upstream: TopicOffset. */
export interface TopicOffset {
  /** Milliseconds; 0 when the queue is empty. */
  lastUpdateTimestamp: number;
  maxOffset: number;
  minOffset: number;
}

/** Queue ranges of a topic at one broker. Upstream: TopicStatsTable. */
export interface TopicStatsTable {
  offsetTable: QueueEntry<TopicOffset>[];
  /** Since 5.0; messages per second. */
  topicPutTps: number;
}

export const topicStatsTable: JsonBody<TopicStatsTable> = jsonBody(
  "TopicStatsTable",
  bean<TopicStatsTable>({
    offsetTable: queueTable(
      bean<TopicOffset>({ lastUpdateTimestamp: long, maxOffset: long, minOffset: long }),
    ),
    topicPutTps: real,
  }),
);
