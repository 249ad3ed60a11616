import { NEWEST_RELEASE } from "../../../src/cli/compat.js";
import { type AnyCommand, defineCommand } from "../../../src/cli/define-command.js";
import { address, text } from "../../../src/cli/options.js";
import { groupsOfFile, saveGroups } from "../../../src/admin/group-lists.js";
import { onMastersOf } from "../../../src/admin/groups.js";

const options = {
  brokerAddr: address("-b, --brokerAddr <address>", "create groups to which broker").completes(
    "broker",
  ),
  clusterName: text("-c, --clusterName <cluster>", "create groups to which cluster").completes(
    "cluster",
  ),
  filename: text(
    "-f, --filename <file>",
    "Path to a file with a list of org.apache.rocketmq.remoting.protocol.subscription.SubscriptionGroupConfig in json format",
  )
    .required()
    .completes("file"),
};

interface Saved {
  /** Names of the groups. */
  groups: string[];
  brokers: string[];
}

const command: AnyCommand = defineCommand<typeof options, Saved>({
  name: "updateSubGroupList",
  summary: "Update or create subscription group in batch",
  since: "5.3.1",
  impact: "write",
  options,
  exclusive: [{ options: ["brokerAddr", "clusterName"], required: true }],
  examples: [
    {
      line: "mqadmin updateSubGroupList -c DefaultCluster -f groups.json",
      says: "every group of the file on every master",
    },
    {
      line: "mqadmin updateSubGroupList -b 10.0.0.11:10911 -f groups.json --dry-run",
      says: "what would become of the groups of one broker",
    },
  ],
  run: async ({ admin, fail }, { brokerAddr, clusterName, filename }) => {
    const groups = await groupsOfFile(filename);
    const brokers = await onMastersOf(admin, { brokerAddr, clusterName, fail }, (broker) =>
      saveGroups(admin, broker, groups),
    );
    return [{ groups: groups.map(({ groupName }) => groupName), brokers }];
  },
  columns: [],
  single: true,
  shape: { groups: ["string"], brokers: ["string"] },
  async *plain(rows, { brokerAddr, clusterName }, { compat }) {
    const what = brokerAddr === undefined ? "subscription group" : "group";
    for await (const { groups, brokers } of rows)
      for (const broker of groups.length === 0 ? [] : brokers)
        yield `submit batch of ${what} config to ${broker} success, please check the result later.\n`;
    if (clusterName === undefined || compat.release === NEWEST_RELEASE) return;
    // upstream's goes on into its help
    const { upstreamHelp } = await import("../../../src/cli/upstream-help.js");
    yield upstreamHelp({ ...command, asOf: compat });
  },
});

export default command;
