import { type Column, defineCommand } from "../../../src/cli/define-command.js";
import { flag } from "../../../src/cli/options.js";
import { plainTable } from "../../../src/output/plain.js";
import { listTopicGroups, topicNames, type TopicGroup } from "../../../src/admin/topics.js";
import { front } from "../../../src/admin/java-text.js";

const columns = columnsOf(64);
const narrow = columnsOf(48);

const FORMAT = "%-20s  %-64s  %-64s";
/** The header's for good, and that of the rows up to 4.9.2. */
const NARROW = "%-20s  %-48s  %-48s";

const options = {
  clusterModel: flag("-c, --clusterModel", "clusterModel"),
};

export default defineCommand<typeof options, TopicGroup>({
  name: "topicList",
  summary: "Fetch all topic list from name server.",
  formerSummary: [{ before: "5.0.0", summary: "Fetch all topic list from name server" }],
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
  shape: { "cluster?": "string?", topic: "string", "group?": "string?" },
  record: ({ topic, cluster, group }) =>
    cluster === undefined
      ? { topic }
      : { cluster: cluster === "" ? null : cluster, topic, group: group ?? null },
  async *plain(rows, { clusterModel }, { compat }) {
    if (!clusterModel) for await (const { topic } of rows) yield `${topic}\n`;
    else if (compat.isBefore("4.9.3")) yield* plainTable({ columns: narrow, format: NARROW }, rows);
    else yield* plainTable({ columns, format: FORMAT, headerFormat: NARROW }, rows);
  },
});

/** Columns that cut topic and group to so many characters. */
function columnsOf(width: number): Column<TopicGroup>[] {
  return [
    {
      header: "#Cluster Name",
      key: "cluster",
      value: (row) => row.cluster,
      text: (row) => front(row.cluster ?? "", 20),
    },
    { header: "#Topic", key: "topic", text: (row) => front(row.topic, width) },
    {
      header: "#Consumer Group",
      key: "group",
      value: (row) => row.group,
      text: (row) => front(row.group ?? "", width),
    },
  ];
}
