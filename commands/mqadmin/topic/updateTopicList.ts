import { NEWEST_RELEASE } from "../../../src/cli/compat.js";
import { type AnyCommand, defineCommand } from "../../../src/cli/define-command.js";
import { address, text } from "../../../src/cli/options.js";
import { readTopicList, saveTopicList } from "../../../src/admin/topic-list-changes.js";

const options = {
  brokerAddr: address("-b, --brokerAddr <address>", "create topic to which broker").completes(
    "broker",
  ),
  clusterName: text("-c, --clusterName <cluster>", "create topic to which cluster").completes(
    "cluster",
  ),
  filename: text(
    "-f, --filename <file>",
    "Path to a file with list of org.apache.rocketmq.common.TopicConfig in json format",
  )
    .required()
    .completes("file"),
};

interface Outcome {
  broker: string;
  topics: string[];
}

const command: AnyCommand = defineCommand<typeof options, Outcome>({
  name: "updateTopicList",
  summary: "create or update topic in batch",
  since: "5.3.0",
  impact: "write",
  options,
  exclusive: [{ options: ["brokerAddr", "clusterName"], required: true }],
  examples: [
    {
      line: "mqadmin updateTopicList -c DefaultCluster -f topics.json",
      says: "all topics of the file on every master",
    },
    {
      line: "mqadmin updateTopicList -b 10.0.0.11:10911 -f topics.json --dry-run",
      says: "what that would change on one broker",
    },
  ],
  run: async ({ admin, fail }, { brokerAddr, clusterName, filename }) => {
    const configs = await readTopicList(filename);
    const brokers = await saveTopicList(admin, configs, { brokerAddr, clusterName, fail });
    const topics = configs.map(({ topicName }) => topicName);
    return brokers.map((broker) => ({ broker, topics }));
  },
  columns: [],
  shape: { broker: "string", topics: ["string"] },
  async *plain(rows, { clusterName }, { compat }) {
    for await (const { broker } of rows) {
      yield `submit batch of topic config to ${broker} success, please check the result later.\n`;
    }
    if (clusterName === undefined || compat.release === NEWEST_RELEASE) return;
    // upstream's goes on into its help
    const { upstreamHelp } = await import("../../../src/cli/upstream-help.js");
    yield upstreamHelp({ ...command, asOf: compat });
  },
});

export default command;
