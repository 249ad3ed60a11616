import type { Column } from "../cli/define-command.js";
import type { PlainTable } from "../output/plain.js";
import { front } from "./java-text.js";
import type { OfflineResetQueue, ResetOutcome, ResetQueue } from "./offset-reset.js";

type Row = ResetQueue | OfflineResetQueue;

const brokerName: Column<Row> = {
  header: "#brokerName",
  key: "brokerName",
  text: (row) => front(row.brokerName, 32),
};

/** The queues that brokers reset by themselves. */
export const resetTable: PlainTable<Row> = {
  columns: [
    brokerName,
    { header: "#queueId", key: "queueId" },
    { header: "#offset", key: "offset" },
  ],
  format: "%-40s  %-40d  %-40d",
};

/** The queues that the tool reset for a group that is offline; the name of the last column has changed. */
export function offlineTable(lastHeader: "#resetOffset" | "#rollbackOffset"): PlainTable<Row> {
  return {
    columns: [
      brokerName,
      { header: "#queueId", key: "queueId" },
      { header: "#brokerOffset", key: "brokerOffset" },
      { header: "#consumerOffset", key: "consumerOffset" },
      { header: "#timestampOffset", key: "timestampOffset" },
      { header: lastHeader, key: "offset" },
    ],
    format: "%-20s  %-20d  %-20d  %-20d  %-20d  %-20d",
  };
}

/** A reset in JSON and YAML. `time` is null for a reset to the end; what only offline groups have is null otherwise. */
export const RESET_SHAPE = {
  how: "string",
  time: "time",
  toTheEnd: "boolean",
  queues: [
    {
      topic: "string",
      brokerName: "string",
      queueId: "integer",
      offset: "integer",
      brokerOffset: "integer?",
      consumerOffset: "integer?",
      timestampOffset: "integer?",
    },
  ],
} as const;

export function resetRecord({ how, time, queues }: ResetOutcome): unknown {
  const isTime = time >= 0;
  return {
    how,
    time: isTime ? new Date(time).toISOString() : null,
    timeMs: isTime ? time : null,
    toTheEnd: !isTime,
    queues: queues.map((queue) => {
      const { topic, brokerName, queueId, offset } = queue;
      const offline = "brokerOffset" in queue ? queue : undefined;
      return {
        topic,
        brokerName,
        queueId,
        offset,
        brokerOffset: offline?.brokerOffset ?? null,
        consumerOffset: offline?.consumerOffset ?? null,
        timestampOffset: offline?.timestampOffset ?? null,
      };
    }),
  };
}
