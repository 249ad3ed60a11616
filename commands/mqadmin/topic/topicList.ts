import { type Column, defineCommand } from "../../../src/cli/define-command.js";
import { flag } from "../../../src/cli/options.js";
import { plainTable } from "../../../src/output/plain.js";
import { listTopicGroups, topicNames, type TopicGroup } from "../../../src/admin/topics.js";
import { front } from "../../../src/admin/java-text.js";

const columns: Column<TopicGroup>[] = [
  {
    header: "#Cluster Name",
    key: "cluster",
    value: (row) => row.cluster,
    text: (row) => front(row.cluster ?? "", 20),
  },
  { header: "#Topic", key: "topic", text: (row) => front(row.topic, 64) },
  {
    header: "#Consumer Group",
    key: "group",
    value: (row) => row.group,
    text: (row) => front(row.group ?? "", 64),
  },
];

const GROUP_FORMAT = "%-20s  %-64s  %-64s";
const GROUP_HEADER = "%-20s  %-48s  %-48s";

const options = {
  clusterModel: flag("-c, --clusterModel", "clusterModel"),
};

export default defineCommand<typeof options, TopicGroup>({
  name: "topicList",
  summary: "Fetch all topic list from name server.",
  impact: "read",
  options,
  examples: [
    { line: "mqadmin topicList", says: "the names of all topics" },
    { line: "mqadmin topicList -c", says: "each with its cluster and the groups that consume it" },
  ],
  run: async (
    { admin, fail },
    { clusterModel },
  ): Promise<Iterable<TopicGroup> | AsyncIterable<TopicGroup>> => {
    if (clusterModel) return listTopicGroups(admin, fail);
    return (await topicNames(admin)).map((topic) => ({ topic }));
  },
  columns,
  record: ({ topic, cluster, group }) =>
    cluster === undefined ? { topic } : { cluster, topic, group: group ?? null },
  async *plain(rows, { clusterModel }) {
    if (!clusterModel) for await (const { topic } of rows) yield `${topic}\n`;
    else yield* plainTable({ columns, format: GROUP_FORMAT, headerFormat: GROUP_HEADER }, rows);
  },
});
