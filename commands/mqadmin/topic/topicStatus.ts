import { type Column, defineCommand } from "../../../src/cli/define-command.js";
import { text } from "../../../src/cli/options.js";
import { plainTable } from "../../../src/output/plain.js";
import { front, millisText } from "../../../src/admin/java-text.js";
import { type QueueStatus, topicStatus } from "../../../src/admin/topics.js";

interface StatusRow extends QueueStatus {
  putTps: number;
}

const columns: Column<StatusRow>[] = [
  { header: "#Broker Name", key: "brokerName", text: (row) => front(row.brokerName, 32) },
  { header: "#QID", key: "queueId", type: "integer" },
  { header: "#Min Offset", key: "minOffset", type: "integer" },
  { header: "#Max Offset", key: "maxOffset", type: "integer" },
  {
    header: "#Last Updated",
    key: "lastUpdated",
    kind: "time",
    value: (row) => (row.lastUpdated > 0 ? row.lastUpdated : null),
    text: (row) => (row.lastUpdated > 0 ? millisText(row.lastUpdated) : ""),
  },
  {
    header: "#Topic Put TPS",
    key: "topicPutTps",
    type: "number",
    value: (row) => row.putTps,
    machineOnly: true,
  },
];

const FORMAT = "%-32s  %-4d  %-20d  %-20d    %s";

const options = {
  topic: text("-t, --topic <topic>", "topic name").required().completes("topic"),
  cluster: text(
    "-c, --cluster <cluster>",
    "cluster name or lmq parent topic, lmq is used to find the route.",
  )
    .completes("cluster")
    .since("5.3.1"),
};

export default defineCommand<typeof options, StatusRow>({
  name: "topicStatus",
  summary: "Examine topic Status info.",
  formerSummary: [{ before: "5.0.0", summary: "Examine topic Status info" }],
  impact: "read",
  options,
  examples: [
    { line: "mqadmin topicStatus -t pay-events", says: "first and next offset of each queue" },
    {
      line: "mqadmin topicStatus -t pay-events --output json",
      says: "the same with numbers, ISO times and the brokers' put rate",
    },
  ],
  run: async ({ admin }, { topic, cluster }) => {
    const { queues, putTps } = await topicStatus(admin, topic, cluster);
    return queues.map((queue) => ({ ...queue, putTps }));
  },
  columns,
  format: FORMAT,
  async *plain(rows, _options, { compat }) {
    yield* plainTable({ columns, format: FORMAT }, rows);
    // Apache's always says 0.0 here: it loses the brokers' rates, which the other outputs have
    if (!compat.isBefore("5.3.3")) yield "\nTopic Put TPS: 0.0\n";
  },
});
