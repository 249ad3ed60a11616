import { jsonBody, type JsonBody } from "../json-body.js";
import { bean, list, long, optional, real, table, text } from "../shape.js";
import { type QueueEntry, queueTable } from "./message-queue.js";

/** Upstream: OffsetWrapper. */
export interface OffsetWrapper {
  brokerOffset: number;
  consumerOffset: number;
  /** Store time of the last consumed message, milliseconds. */
  lastTimestamp: number;
  /** Since 5.0. */
  pullOffset: number;
}

/** Progress of a group at one broker. Upstream: ConsumeStats. */
export interface ConsumeStats {
  consumeTps: number;
  offsetTable: QueueEntry<OffsetWrapper>[];
}

/** Progress of all groups of a broker, one single-entry table per group. Upstream: ConsumeStatsList. */
export interface ConsumeStatsList {
  brokerAddr?: string | undefined;
  consumeStatsList: Map<string, ConsumeStats[]>[];
  totalDiff: number;
  /** Since 5.0. */
  totalInflightDiff: number;
}

export const consumeStats: JsonBody<ConsumeStats> = jsonBody(
  "ConsumeStats",
  bean<ConsumeStats>({
    consumeTps: real,
    offsetTable: queueTable(
      bean<OffsetWrapper>({
        brokerOffset: long,
        consumerOffset: long,
        lastTimestamp: long,
        pullOffset: long,
      }),
    ),
  }),
);

export const consumeStatsList: JsonBody<ConsumeStatsList> = jsonBody(
  "ConsumeStatsList",
  bean<ConsumeStatsList>({
    brokerAddr: optional(text),
    consumeStatsList: list(table(list(consumeStats.shape))),
    totalDiff: long,
    totalInflightDiff: long,
  }),
);
