import { defineCommand } from "../../../src/cli/define-command.js";
import { text } from "../../../src/cli/options.js";
import { topicClusters } from "../../../src/admin/topics.js";

const options = {
  topic: text("-t, --topic <topic>", "topic name").required().completes("topic"),
};

export default defineCommand<typeof options, { cluster: string }>({
  name: "topicClusterList",
  summary: "Get cluster info for topic.",
  formerSummary: [{ before: "5.0.0", summary: "get cluster info for topic" }],
  impact: "read",
  options,
  examples: [
    { line: "mqadmin topicClusterList -t pay-events", says: "the clusters a topic lives in" },
  ],
  run: async ({ admin }, { topic }) =>
    (await topicClusters(admin, topic)).map((cluster) => ({ cluster })),
  columns: [{ header: "#Cluster", key: "cluster" }],
  async *plain(rows) {
    for await (const { cluster } of rows) yield `${cluster}\n`;
  },
});
