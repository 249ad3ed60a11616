import { defineCommand } from "../../../src/cli/define-command.js";
import { address, boolean, text } from "../../../src/cli/options.js";
import { neitherIsNamed } from "../../../src/admin/everywhere.js";
import { deleteGroupInCluster, deleteGroup } from "../../../src/admin/group-deletion.js";
import { deletedText } from "../../../src/admin/topic-changes.js";

const options = {
  brokerAddr: address(
    "-b, --brokerAddr <address>",
    "delete subscription group from which broker",
  ).completes("broker"),
  clusterName: text(
    "-c, --clusterName <cluster>",
    "delete subscription group from which cluster",
  ).completes("cluster"),
  groupName: text("-g, --groupName <group>", "subscription group name")
    .required()
    .completes("group"),
  removeOffset: boolean("-r, --removeOffset <flag>", "remove offset").since("4.9.0").default(false),
};

interface Deleted {
  group: string;
  cluster: string | null;
  brokers: string[];
  /** Retry and dead-letter topics that went with it. */
  topics: string[];
}

export default defineCommand<typeof options, Deleted>({
  name: "deleteSubGroup",
  summary: "Delete subscription group from broker.",
  impact: "destructive",
  options,
  examples: [
    {
      line: "mqadmin deleteSubGroup -c DefaultCluster -g pay-worker -r true",
      says: "remove a group with its offsets, retry and dead-letter topics",
    },
    {
      line: "mqadmin deleteSubGroup -c DefaultCluster -g pay-worker --dry-run",
      says: "what that would delete",
    },
  ],
  run: async ({ admin, fail }, { brokerAddr, clusterName, groupName: group, removeOffset }) => {
    if (brokerAddr !== undefined) {
      await deleteGroup(admin, brokerAddr, { group, removeOffset });
      return [{ group, cluster: null, brokers: [brokerAddr], topics: [] }];
    }
    if (clusterName === undefined) throw neitherIsNamed();
    const deletion = { cluster: clusterName, group, removeOffset, fail };
    const done = await deleteGroupInCluster(admin, deletion);
    return [{ group, cluster: clusterName, ...done }];
  },
  columns: [],
  single: true,
  shape: { group: "string", cluster: "string?", brokers: ["string"], topics: ["string"] },
  async *plain(rows, _options, { compat }) {
    for await (const { group, brokers, cluster, topics } of rows) {
      const where = cluster === null ? "" : ` in cluster [${cluster}]`;
      for (const broker of brokers)
        yield `delete subscription group [${group}] from broker [${broker}]${where} success.\n`;
      if (cluster === null || !compat.isBefore("5.0.0")) continue;
      for (const topic of topics) yield deletedText(topic, cluster);
    }
  },
});
