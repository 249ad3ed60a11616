import { neitherIsNamed } from "../../../src/admin/everywhere.js";
import { upstreamPrints } from "../../../src/admin/plain-text-error.js";
import { type Column, defineCommand } from "../../../src/cli/define-command.js";
import { UsageError } from "../../../src/cli/exit-codes.js";
import { address, flag, text } from "../../../src/cli/options.js";
import { EXPORT_FOLDER, exportHow } from "../../../src/admin/export-how.js";
import {
  type Exported,
  exportOfBroker,
  exportOfCluster,
} from "../../../src/admin/export-metadata.js";

const columns: Column<Exported>[] = [
  { header: "#File", key: "file" },
  { header: "#Topics", key: "topics", type: "integer?" },
  { header: "#Groups", key: "groups", type: "integer?" },
];

const options = {
  clusterName: text("-c, --clusterName <cluster>", "choose a cluster to export").completes(
    "cluster",
  ),
  brokerAddr: address("-b, --brokerAddr <address>", "choose a broker to export").completes(
    "broker",
  ),
  filePath: text(
    "-f, --filePath <folder>",
    `export metadata.json path | default ${EXPORT_FOLDER}`,
  ).completes("folder"),
  topic: flag("-t, --topic", "only export topic metadata"),
  subscriptionGroup: flag("-g, --subscriptionGroup", "only export subscriptionGroup metadata"),
  specialTopic: flag("-s, --specialTopic", "need retryTopic and dlqTopic"),
};

export default defineCommand<typeof options, Exported>({
  name: "exportMetadata",
  summary: "Export metadata.",
  since: "4.9.2",
  impact: "read",
  options,
  examples: [
    {
      line: "mqadmin exportMetadata -c DefaultCluster -f backup",
      says: "topics and groups of a cluster, in backup/metadata.json",
    },
    {
      line: "mqadmin exportMetadata -b 10.0.0.11:10911 -t -f backup",
      says: "the topics of one broker, in backup/topic.json",
    },
  ],
  run: async (context, given) => {
    const { admin, clock, progress } = context;
    const { brokerAddr, clusterName, topic, subscriptionGroup: group } = given;
    const what = {
      ...exportHow(context, given.filePath),
      // both flags: upstream looks at the first one only
      topics: topic || !group,
      groups: !topic,
      withSpecial: given.specialTopic,
    };
    if (brokerAddr !== undefined) {
      if (!topic && !group) {
        throw upstreamPrints(
          "",
          new UsageError("-b, --brokerAddr wants -t, --topic or -g, --subscriptionGroup"),
        );
      }
      return [await exportOfBroker(admin, brokerAddr, what)];
    }
    if (clusterName === undefined) throw neitherIsNamed();
    progress.say(`reading the masters of ${clusterName}`);
    return [await exportOfCluster(admin, clusterName, { ...what, now: clock.now() })];
  },
  columns,
  single: true,
  async *plain(rows, { brokerAddr }) {
    for await (const { file } of rows) {
      yield `export ${file} success${brokerAddr === undefined ? "\n" : ""}`;
    }
  },
});
