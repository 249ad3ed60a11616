import { defineCommand } from "../../../src/cli/define-command.js";
import { UsageError } from "../../../src/cli/exit-codes.js";
import { address, boolean, text } from "../../../src/cli/options.js";
import { deleteGroupInCluster, deleteGroup } from "../../../src/admin/group-deletion.js";

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
  removeOffset: boolean("-r, --removeOffset <flag>", "remove offset").default(false),
};

interface Deleted {
  group: string;
  broker: string;
  cluster: string | undefined;
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
  ],
  run: async ({ admin }, { brokerAddr, clusterName, groupName: group, removeOffset }) => {
    if (brokerAddr !== undefined) {
      await deleteGroup(admin, brokerAddr, { group, removeOffset });
      return [{ group, broker: brokerAddr, cluster: undefined }];
    }
    if (clusterName === undefined) {
      throw new UsageError("one of -b, --brokerAddr and -c, --clusterName is needed", {
        showHelp: true,
      });
    }
    const brokers = await deleteGroupInCluster(admin, clusterName, { group, removeOffset });
    return brokers.map((broker) => ({ group, broker, cluster: clusterName }));
  },
  columns: [
    { header: "#Group", key: "group" },
    { header: "#Broker", key: "broker" },
    { header: "#Cluster", key: "cluster" },
  ],
  async *plain(rows) {
    for await (const { group, broker, cluster } of rows) {
      const where = cluster === undefined ? "" : ` in cluster [${cluster}]`;
      yield `delete subscription group [${group}] from broker [${broker}]${where} success.\n`;
    }
  },
});
