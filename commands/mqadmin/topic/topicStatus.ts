import { type Column, defineCommand } from "../../../src/cli/define-command.js";
import { text } from "../../../src/cli/options.js";
import { plainTable } from "../../../src/output/plain.js";
import { front, javaDouble, millisText } from "../../../src/admin/java-text.js";
import { type QueueStatus, topicStatus } from "../../../src/admin/topics.js";

interface StatusRow extends QueueStatus {
  putTps: number;
}

const columns: Column<StatusRow>[] = [
  { header: "#Broker Name", key: "brokerName", text: (row) => front(row.brokerName, 32) },
  { header: "#QID", key: "queueId" },
  { header: "#Min Offset", key: "minOffset" },
  { header: "#Max Offset", key: "maxOffset" },
  {
    header: "#Last Updated",
    key: "lastUpdated",
    kind: "time",
    text: (row) => (row.lastUpdated > 0 ? millisText(row.lastUpdated) : ""),
  },
];

const FORMAT = "%-32s  %-4d  %-20d  %-20d    %s";

const options = {
  topic: text("-t, --topic <topic>", "topic name").required().completes("topic"),
  cluster: text(
    "-c, --cluster <cluster>",
    "cluster name or lmq parent topic, lmq is used to find the route.",
  ).completes("cluster"),
};

export default defineCommand<typeof options, StatusRow>({
  name: "topicStatus",
  summary: "Examine topic Status info.",
  impact: "read",
  options,
  examples: [
    { line: "mqadmin topicStatus -t pay-events", says: "first and next offset of each queue" },
  ],
  run: async ({ admin }, { topic, cluster }) => {
    const { queues, putTps } = await topicStatus(admin, topic, cluster);
    return queues.map((queue) => ({ ...queue, putTps }));
  },
  columns,
  format: FORMAT,
  async *plain(rows) {
    let putTps = 0;
    const counted = async function* () {
      for await (const row of rows) {
        putTps = row.putTps;
        yield row;
      }
    };
    yield* plainTable({ columns, format: FORMAT }, counted());
    yield `\nTopic Put TPS: ${javaDouble(putTps)}\n`;
  },
});
