import { defineCommand } from "../../../src/cli/define-command.js";
import { address, text } from "../../../src/cli/options.js";
import { onEach } from "../../../src/admin/change.js";
import { targets } from "../../../src/admin/clusters.js";
import { unlimitColdReads } from "../../../src/admin/cold-data.js";
import { mustSayWhere } from "../../../src/admin/everywhere.js";

const options = {
  brokerAddr: address("-b, --brokerAddr <address>", "update which broker").completes("broker"),
  clusterName: text("-c, --clusterName <cluster>", "update which cluster").completes("cluster"),
  consumerGroup: text(
    "-g, --consumerGroup <group>",
    "the consumer group will remove from the config",
  )
    .required()
    .completes("group"),
};

export default defineCommand<typeof options, { broker: string; consumerGroup: string }>({
  name: "removeColdDataFlowCtrGroupConfig",
  summary: "Remove consumer from cold ctr config.",
  since: "5.1.2",
  formerSummary: [{ before: "5.1.4", summary: "remove consumer from cold ctr config" }],
  impact: "write",
  options,
  examples: [
    {
      line: "mqadmin removeColdDataFlowCtrGroupConfig -c DefaultCluster -g billing",
      says: "the broker's own limit holds for the group again",
    },
  ],
  run: async ({ admin, fail }, { brokerAddr, clusterName, consumerGroup }) => {
    mustSayWhere({ brokerAddr, clusterName });
    return onEach(
      await targets(admin, { brokerAddr, clusterName }),
      async (broker) => {
        await unlimitColdReads(admin, broker, consumerGroup);
        return { broker, consumerGroup };
      },
      { nameOf: (broker) => broker, fail },
    );
  },
  columns: [
    { header: "#Broker", key: "broker" },
    { header: "#Group", key: "consumerGroup" },
  ],
  async *plain(rows) {
    for await (const { broker } of rows)
      yield `remove broker cold read threshold success, ${broker}\n`;
  },
});
