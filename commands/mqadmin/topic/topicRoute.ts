import { defineCommand } from "../../../src/cli/define-command.js";
import { flag, text } from "../../../src/cli/options.js";
import { mapOf } from "../../../src/output/shape.js";
import { printf } from "../../../src/output/printf.js";
import { answeredRoute, routeJson } from "../../../src/admin/route-text.js";
import { routeRows, type RouteRow } from "../../../src/admin/topics.js";
import { javaMap } from "../../../src/admin/java-text.js";

const FORMAT = "%-45s %-32s %-50s %-10s %-11s %-5s\n";
const HEADER = [
  "#ClusterName",
  "#BrokerName",
  "#BrokerAddrs",
  "#ReadQueue",
  "#WriteQueue",
  "#Perm",
];
const RULE = `${"-".repeat(158)}\n`;

export default defineCommand({
  name: "topicRoute",
  summary: "Examine topic route info.",
  formerSummary: [{ before: "5.0.0", summary: "Examine topic route info" }],
  impact: "read",
  options: {
    topic: text("-t, --topic <topic>", "topic name").required().completes("topic"),
    list: flag("-l, --list", "Use list format to print data").since("4.9.0"),
  },
  examples: [
    {
      line: "mqadmin topicRoute -t pay-events",
      says: "brokers, queues and permissions of a topic",
    },
    { line: "mqadmin topicRoute -t pay-events -l", says: "the same as a table" },
  ],
  run: async ({ admin }, { topic }) => [await answeredRoute(admin, topic)],
  columns: [],
  single: true,
  shape: {
    brokers: [
      {
        cluster: "string",
        brokerName: "string",
        addresses: mapOf("string"),
        readQueueNums: "integer",
        writeQueueNums: "integer",
        perm: "integer",
      },
    ],
    orderConf: "string?",
  },
  record: ({ route }) => ({
    brokers: routeRows(route).map((row) => ({
      ...row,
      addresses: Object.fromEntries(row.addresses),
    })),
    orderConf: route.orderTopicConf ?? null,
  }),
  async *plain(rows, { list }, { compat }) {
    for await (const answer of rows) {
      yield list ? listText(routeRows(answer.route)) : routeJson(answer, compat);
    }
  },
});

function listText(rows: readonly RouteRow[]): string {
  const lines = rows.map((row) =>
    printf(
      FORMAT,
      row.cluster,
      row.brokerName,
      javaMap(row.addresses),
      row.readQueueNums,
      row.writeQueueNums,
      row.perm,
    ),
  );
  const sum = (pick: (row: RouteRow) => number): number =>
    rows.reduce((all, row) => all + pick(row), 0);
  const brokers = new Set(rows.map((row) => row.brokerName)).size;
  const total = printf(
    FORMAT,
    "Total:",
    brokers,
    "",
    sum((row) => row.readQueueNums),
    sum((row) => row.writeQueueNums),
    "",
  );
  return printf(FORMAT, ...HEADER) + lines.join("") + RULE + total;
}
