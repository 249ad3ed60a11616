import { defineCommand } from "../../../src/cli/define-command.js";
import type { Compat } from "../../../src/cli/compat.js";
import { text } from "../../../src/cli/options.js";
import { isoTime } from "../../../src/output/cell.js";
import { plainHeader, plainRow } from "../../../src/output/plain.js";
import { printf } from "../../../src/output/printf.js";
import { groupLayout, queueLayout } from "../../../src/admin/progress-tables.js";
import {
  groupProgress,
  groupSummaries,
  type GroupSummary,
  type ProgressRow,
} from "../../../src/admin/progress.js";

const options = {
  groupName: text("-g, --groupName <group>", "consumer group name").completes("group"),
  topicName: text("-t, --topicName <topic>", "topic name").since("5.0.0").completes("topic"),
  showClientIP: text("-s, --showClientIP <flag>", "Show Client IP per Queue"),
  cluster: text(
    "-c, --cluster <cluster>",
    "Cluster name or lmq parent topic, lmq is used to find the route.",
  )
    .since("5.3.1")
    .completes("cluster"),
};

type Row = ProgressRow | GroupSummary;

export default defineCommand<typeof options, Row>({
  name: "consumerProgress",
  summary: "Query consumer's progress, speed.",
  formerSummary: [{ before: "5.1.4", summary: "Query consumers's progress, speed" }],
  impact: "read",
  options,
  examples: [
    { line: "mqadmin consumerProgress -g pay-worker", says: "lag of one group, queue by queue" },
    { line: "mqadmin consumerProgress", says: "clients and lag of every group" },
  ],
  run: async ({ admin, fail, compat }, { groupName, topicName, showClientIP, cluster }) =>
    groupName === undefined
      ? groupSummaries(admin, fail)
      : groupProgress(admin, groupName, {
          topic: topicName,
          routeTopic: topicName === undefined ? undefined : cluster,
          withClients: isTrue(showClientIP),
          compat,
          fail,
        }),
  columns: [],
  record: (row) => ("lastTimestamp" in row ? queueRecord(row) : groupRecord(row)),
  shape: {
    "topic?": "string",
    "brokerName?": "string",
    "queueId?": "integer",
    "brokerOffset?": "integer",
    "consumerOffset?": "integer",
    "diff?": "integer",
    "inflight?": "integer?",
    "lastTime?": "time",
    "clientIp?": "string?",
    "groupTps?": "number",
    "group?": "string",
    "count?": "integer?",
    "version?": "string?",
    "type?": "string?",
    "model?": "string?",
    "tps?": "number?",
    "diffTotal?": "integer?",
  },
  async *plain(rows, { groupName, showClientIP }, { compat }) {
    if (groupName === undefined) {
      const layout = groupLayout(compat);
      yield plainHeader(layout);
      for await (const row of rows) yield `${plainRow(layout, row as GroupSummary)}\n`;
      return;
    }
    const layout = queueLayout(isTrue(showClientIP), compat);
    const queues: ProgressRow[] = [];
    for await (const row of rows) queues.push(row as ProgressRow);
    yield plainHeader(layout);
    for (const row of queues) yield `${plainRow(layout, row)}\n`;
    yield totals(queues, compat);
  },
});

function isTrue(flag: string | undefined): boolean {
  return flag?.toLowerCase() === "true";
}

function totals(rows: readonly ProgressRow[], compat: Compat): string {
  const sum = (pick: (row: ProgressRow) => number): number =>
    rows.reduce((all, row) => all + pick(row), 0);
  const diff = sum((row) => row.diff);
  const inflight = sum((row) => row.inflight ?? 0);
  return (
    `\n${printf("Consume TPS: %.2f\n", rows[0]?.groupTps ?? 0)}` +
    (compat.isBefore("5.1.0")
      ? `Diff Total: ${diff}\n`
      : `Consume Diff Total: ${diff}\nConsume Inflight Total: ${inflight}\n`)
  );
}

function queueRecord(row: ProgressRow): unknown {
  const { lastTimestamp } = row;
  return {
    topic: row.topic,
    brokerName: row.brokerName,
    queueId: row.queueId,
    brokerOffset: row.brokerOffset,
    consumerOffset: row.consumerOffset,
    diff: row.diff,
    inflight: row.inflight ?? null,
    lastTime: isoTime(lastTimestamp) ?? null,
    lastTimeMs: lastTimestamp > 0 ? lastTimestamp : null,
    ...("clientIp" in row && { clientIp: row.clientIp ?? null }),
    groupTps: row.groupTps,
  };
}

function groupRecord({
  group,
  count,
  version,
  type,
  model,
  tps,
  diffTotal,
}: GroupSummary): unknown {
  return {
    group,
    count: count ?? null,
    version: version ?? null,
    type: type ?? null,
    model: model ?? null,
    tps: tps ?? null,
    diffTotal: diffTotal ?? null,
  };
}
