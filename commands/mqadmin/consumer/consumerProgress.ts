import { type Column, defineCommand } from "../../../src/cli/define-command.js";
import { text } from "../../../src/cli/options.js";
import { isoTime } from "../../../src/output/cell.js";
import { plainHeader, plainRow } from "../../../src/output/plain.js";
import { printf } from "../../../src/output/printf.js";
import { front, secondsText } from "../../../src/admin/java-text.js";
import {
  groupProgress,
  groupSummaries,
  type GroupSummary,
  type ProgressRow,
} from "../../../src/admin/progress.js";

const FORMAT = "%-64s  %-32s  %-4d  %-20d  %-20d  %-20d %-20d %s";
const HEADER = "%-64s  %-32s  %-4s  %-20s  %-20s  %-20s %-20s%s";
const IP_FORMAT = "%-64s  %-32s  %-4d  %-20d  %-20d  %-20s %-20d %-20d %s";
const IP_HEADER = "%-64s  %-32s  %-4s  %-20s  %-20s  %-20s %-20s %-20s%s";
const GROUP_FORMAT = "%-64s  %-6d  %-24s %-5s  %-14s  %-7d  %d";

const clientIp: Column<ProgressRow> = {
  header: "#Client IP",
  key: "clientIp",
  text: (row) => row.clientIp ?? "N/A",
};
const queueColumns: Column<ProgressRow>[] = [
  { header: "#Topic", key: "topic", text: (row) => front(row.topic, 64) },
  { header: "#Broker Name", key: "brokerName", text: (row) => front(row.brokerName, 32) },
  { header: "#QID", key: "queueId" },
  { header: "#Broker Offset", key: "brokerOffset" },
  { header: "#Consumer Offset", key: "consumerOffset" },
  { header: "#Diff", key: "diff" },
  { header: "#Inflight", key: "inflight" },
  {
    header: "#LastTime",
    key: "lastTimestamp",
    kind: "time",
    text: (row) => (row.lastTimestamp > 0 ? secondsText(row.lastTimestamp) : "N/A"),
  },
];
const queueColumnsWithIp = [...queueColumns.slice(0, 5), clientIp, ...queueColumns.slice(5)];

const groupColumns: Column<GroupSummary>[] = [
  { header: "#Group", key: "group", text: (row) => front(row.group, 64) },
  { header: "#Count", key: "count" },
  { header: "#Version", key: "version" },
  { header: "#Type", key: "type" },
  { header: "#Model", key: "model" },
  { header: "#TPS", key: "tps", text: (row) => String(Math.trunc(row.tps)) },
  { header: "#Diff Total", key: "diffTotal" },
];

const options = {
  groupName: text("-g, --groupName <group>", "consumer group name").completes("group"),
  topicName: text("-t, --topicName <topic>", "topic name").completes("topic"),
  showClientIP: text("-s, --showClientIP <flag>", "Show Client IP per Queue"),
  cluster: text(
    "-c, --cluster <cluster>",
    "Cluster name or lmq parent topic, lmq is used to find the route.",
  ).completes("cluster"),
};

type Row = ProgressRow | GroupSummary;

export default defineCommand<typeof options, Row>({
  name: "consumerProgress",
  summary: "Query consumer's progress, speed.",
  impact: "read",
  options,
  examples: [
    { line: "mqadmin consumerProgress -g pay-worker", says: "lag of one group, queue by queue" },
    { line: "mqadmin consumerProgress", says: "clients and lag of every group" },
  ],
  run: async ({ admin, fail }, { groupName, topicName, showClientIP, cluster }) =>
    groupName === undefined
      ? groupSummaries(admin, fail)
      : groupProgress(admin, groupName, {
          topic: topicName,
          routeTopic: topicName === undefined ? undefined : cluster,
          withClients: showClientIP?.toLowerCase() === "true",
        }),
  columns: [],
  record,
  async *plain(rows, { groupName, showClientIP }) {
    if (groupName === undefined) {
      const table = { columns: groupColumns, format: GROUP_FORMAT };
      yield plainHeader(table);
      for await (const row of rows) yield `${plainRow(table, row as GroupSummary)}\n`;
      return;
    }
    const table =
      showClientIP?.toLowerCase() === "true"
        ? { columns: queueColumnsWithIp, format: IP_FORMAT, headerFormat: IP_HEADER }
        : { columns: queueColumns, format: FORMAT, headerFormat: HEADER };
    const queues: ProgressRow[] = [];
    for await (const row of rows) queues.push(row as ProgressRow);
    yield plainHeader(table);
    for (const row of queues) yield `${plainRow(table, row)}\n`;
    yield totals(queues);
  },
});

function totals(rows: readonly ProgressRow[]): string {
  const sum = (pick: (row: ProgressRow) => number): number =>
    rows.reduce((all, row) => all + pick(row), 0);
  return (
    `\n${printf("Consume TPS: %.2f\n", rows[0]?.groupTps ?? 0)}` +
    `Consume Diff Total: ${sum((row) => row.diff)}\n` +
    `Consume Inflight Total: ${sum((row) => row.inflight)}\n`
  );
}

/** A queue's time in both forms; a group as it is. */
function record(row: Row): unknown {
  if (!("lastTimestamp" in row)) return row;
  const { lastTimestamp, ...others } = row;
  return { ...others, lastTime: isoTime(lastTimestamp) ?? null, lastTimeMs: lastTimestamp };
}
