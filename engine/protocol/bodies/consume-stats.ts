import { doubleText, quoteFastjson, stringifyFastjson } from "../fastjson.js";
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

const general = jsonBody(
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

export const consumeStats: JsonBody<ConsumeStats> = {
  ...general,
  encode: (stats) => Buffer.from(consumeStatsText(stats)),
};

/**
 * What the general writer makes of the body, without a value of its own for every queue: a group that consumes a
 * thousand topics has thousands, and a tool asks for all groups.
 */
function consumeStatsText({ consumeTps, offsetTable }: ConsumeStats): string {
  let [brokerName, topic, head, middle, entries] = ["", "", keyHead(""), keyTail(""), ""];
  for (const { queue, value } of offsetTable) {
    if (queue.brokerName !== brokerName) head = keyHead((brokerName = queue.brokerName));
    if (queue.topic !== topic) middle = keyTail((topic = queue.topic));
    const key = `${head}${longText(queue.queueId)}${middle}`;
    const offsets = `${longText(value.brokerOffset)},"consumerOffset":${longText(value.consumerOffset)}`;
    const rest = `"lastTimestamp":${longText(value.lastTimestamp)},"pullOffset":${longText(value.pullOffset)}`;
    entries += `${entries === "" ? "" : ","}${key}:{"brokerOffset":${offsets},${rest}}`;
  }
  return `{"consumeTps":${doubleText(consumeTps)},"offsetTable":{${entries}}}`;
}

function keyHead(brokerName: string): string {
  return `{"brokerName":${quoteFastjson(brokerName)},"queueId":`;
}

function keyTail(topic: string): string {
  return `,"topic":${quoteFastjson(topic)}}`;
}

function longText(value: number): string | number {
  return Number.isSafeInteger(value) ? value : stringifyFastjson(value);
}

export const consumeStatsList: JsonBody<ConsumeStatsList> = jsonBody(
  "ConsumeStatsList",
  bean<ConsumeStatsList>({
    brokerAddr: optional(text),
    consumeStatsList: list(table(list(consumeStats.shape))),
    totalDiff: long,
    totalInflightDiff: long,
  }),
);
