import { defineCommand } from "../../../src/cli/define-command.js";
import { text } from "../../../src/cli/options.js";
import { deleteTopic } from "../../../src/admin/topic-changes.js";

export default defineCommand({
  name: "deleteTopic",
  summary: "Delete topic from broker and NameServer.",
  impact: "destructive",
  options: {
    topic: text("-t, --topic <topic>", "topic name").required().completes("topic"),
    clusterName: text("-c, --clusterName <cluster>", "delete topic from which cluster")
      .required()
      .completes("cluster"),
  },
  examples: [
    {
      line: "mqadmin deleteTopic -c DefaultCluster -t pay-events",
      says: "remove a topic with its messages",
    },
  ],
  run: async ({ admin }, { topic, clusterName }) => {
    await deleteTopic(admin, topic, clusterName);
    return [{ topic, cluster: clusterName }];
  },
  columns: [],
  single: true,
  record: (row) => ({ ...row, deleted: true }),
  async *plain(rows) {
    for await (const { topic, cluster } of rows) {
      yield `delete topic [${topic}] from cluster [${cluster}] success.\n`;
      yield `delete topic [${topic}] from NameServer success.\n`;
    }
  },
});
