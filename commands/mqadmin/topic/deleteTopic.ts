import { defineCommand } from "../../../src/cli/define-command.js";
import { text } from "../../../src/cli/options.js";
import { type DeletedTopic, deletedText, deleteTopic } from "../../../src/admin/topic-changes.js";

const options = {
  topic: text("-t, --topic <topic>", "topic name").required().completes("topic"),
  clusterName: text("-c, --clusterName <cluster>", "delete topic from which cluster")
    .required()
    .completes("cluster"),
};

interface Outcome extends DeletedTopic {
  topic: string;
  cluster: string;
}

export default defineCommand<typeof options, Outcome>({
  name: "deleteTopic",
  summary: "Delete topic from broker and NameServer.",
  impact: "destructive",
  options,
  examples: [
    {
      line: "mqadmin deleteTopic -c DefaultCluster -t pay-events",
      says: "remove a topic with its messages",
    },
    {
      line: "mqadmin deleteTopic -c DefaultCluster -t pay-events --dry-run",
      says: "show which brokers and name servers would be told",
    },
  ],
  run: async ({ admin, fail }, { topic, clusterName: cluster }) => {
    return [{ topic, cluster, ...(await deleteTopic(admin, { topic, cluster }, fail)) }];
  },
  columns: [],
  single: true,
  shape: { topic: "string", cluster: "string", brokers: ["string"], deleted: "boolean" },
  record: ({ topic, cluster, brokers, isForgotten }) => ({
    topic,
    cluster,
    brokers,
    deleted: isForgotten,
  }),
  async *plain(rows) {
    for await (const { topic, cluster, isForgotten } of rows) {
      if (!isForgotten) continue;
      yield deletedText(topic, cluster);
    }
  },
});
