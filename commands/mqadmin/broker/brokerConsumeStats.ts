import { type Column, defineCommand } from "../../../src/cli/define-command.js";
import { address, boolean, duration, long } from "../../../src/cli/options.js";
import { isoTime } from "../../../src/output/cell.js";
import { plainHeader, plainRow } from "../../../src/output/plain.js";
import { brokerLag, type GroupLag } from "../../../src/admin/broker-lag.js";
import { front, secondsText } from "../../../src/admin/java-text.js";

/** What every group has of every queue, then the broker's own total. */
type Row = GroupLag | { total: number };

const FORMAT = "%-64s  %-64s  %-32s  %-4d  %-20d  %-20d  %-20d  %s";
const NARROW_FORMAT = "%-32s  %-32s  %-32s  %-4d  %-20d  %-20d  %-20d  %s";

const columns: Column<GroupLag>[] = [
  { header: "#Topic", key: "topic" },
  { header: "#Group", key: "group" },
  { header: "#Broker Name", key: "brokerName", text: (row) => front(row.brokerName, 32) },
  { header: "#QID", key: "queueId" },
  { header: "#Broker Offset", key: "brokerOffset" },
  { header: "#Consumer Offset", key: "consumerOffset" },
  { header: "#Diff", key: "diff" },
  {
    header: "#LastTime",
    key: "lastTime",
    text: ({ lastTimestamp }) => (lastTimestamp > 0 ? secondsText(lastTimestamp) : "-"),
  },
];

const options = {
  brokerAddr: address("-b, --brokerAddr <address>", "Broker address")
    .required()
    .completes("broker"),
  // --timeout is short for it, as upstream
  timeoutMillis: duration("-t, --timeoutMillis <ms>", "request timeout Millis").default(50_000),
  level: long("-l, --level <messages>", "threshold of print diff").default(0),
  order: boolean("-o, --order <flag>", "order topic").default(false),
};

export default defineCommand<typeof options, Row>({
  name: "brokerConsumeStats",
  summary: "Fetch broker consume stats data.",
  formerSummary: [{ before: "5.1.4", summary: "Fetch broker consume stats data" }],
  impact: "read",
  options,
  examples: [
    { line: "mqadmin brokerConsumeStats -b 10.0.0.11:10911", says: "how far each group is" },
    {
      line: "mqadmin brokerConsumeStats -b 10.0.0.11:10911 -l 1000",
      says: "only where 1000 messages or more wait",
    },
  ],
  run: async ({ admin }, { brokerAddr, timeoutMillis, level, order }) => {
    const { rows, total } = await brokerLag(admin, brokerAddr, {
      isOrder: order,
      timeoutMs: timeoutMillis,
    });
    return [...rows.filter(({ diff }) => diff >= level), { total }];
  },
  columns: columns.map((column): Column<Row> => ({
    ...column,
    value: (row) => ("total" in row ? totalCell(column.key, row.total) : valueIn(column, row)),
    text: (row) =>
      String(
        "total" in row
          ? totalCell(column.key, row.total)
          : (column.text?.(row) ?? valueIn(column, row)),
      ),
  })),
  record: (row) => ("total" in row ? undefined : recordOf(row)),
  shape: {
    topic: "string",
    group: "string",
    brokerName: "string",
    queueId: "integer",
    brokerOffset: "integer",
    consumerOffset: "integer",
    diff: "integer",
    lastTime: "time",
  },
  async *plain(rows, _options, { compat }) {
    const isNarrow = compat.isBefore("4.9.3");
    const table = { columns, format: isNarrow ? NARROW_FORMAT : FORMAT };
    yield plainHeader(table);
    for await (const row of rows) {
      if ("total" in row) {
        yield `\nDiff Total: ${row.total}\n`;
      } else if (row.lastTimestamp > 0) {
        // Upstream hides what was never consumed, and counts it in its total.
        yield `${plainRow(table, { ...row, topic: front(row.topic, isNarrow ? 32 : 64) })}\n`;
      }
    }
  },
});

function valueIn(column: Column<GroupLag>, row: GroupLag): string | number {
  return row[column.key as keyof GroupLag];
}

/** The total's row in a table. */
function totalCell(key: string, total: number): string | number {
  if (key === "topic") return "Diff Total";
  return key === "diff" ? total : "";
}

function recordOf({ lastTimestamp, ...row }: GroupLag): unknown {
  const lastTime = isoTime(lastTimestamp) ?? null;
  return { ...row, lastTime, lastTimeMs: lastTime === null ? null : lastTimestamp };
}
