import { defineCommand } from "../../../src/cli/define-command.js";
import { address, bigLong, text } from "../../../src/cli/options.js";
import { onEach } from "../../../src/admin/change.js";
import { targets } from "../../../src/admin/clusters.js";
import { limitColdReads } from "../../../src/admin/cold-data.js";
import { mustSayWhere } from "../../../src/admin/everywhere.js";

const options = {
  brokerAddr: address("-b, --brokerAddr <address>", "update which broker").completes("broker"),
  clusterName: text("-c, --clusterName <cluster>", "update which cluster").completes("cluster"),
  consumerGroup: text("-g, --consumerGroup <group>", "specific consumerGroup")
    .required()
    .completes("group"),
  threshold: bigLong("-v, --threshold <bytes>", "cold read threshold value").required(),
};

export default defineCommand<
  typeof options,
  { broker: string; consumerGroup: string; threshold: bigint }
>({
  name: "updateColdDataFlowCtrGroupConfig",
  summary: "Add or update cold data flow ctr group config.",
  since: "5.1.2",
  formerSummary: [{ before: "5.1.4", summary: "addOrUpdate cold data flow ctr group config" }],
  impact: "write",
  options,
  examples: [
    {
      line: "mqadmin updateColdDataFlowCtrGroupConfig -c DefaultCluster -g billing -v 1048576",
      says: "a mebibyte of old messages per second for one group",
    },
    {
      line: "mqadmin updateColdDataFlowCtrGroupConfig -b 10.0.0.11:10911 -g billing -v 0 --dry-run",
      says: "what would change on one broker",
    },
  ],
  run: async ({ admin, fail }, { brokerAddr, clusterName, consumerGroup, threshold }) => {
    mustSayWhere({ brokerAddr, clusterName });
    return onEach(
      await targets(admin, { brokerAddr, clusterName }),
      async (broker) => {
        await limitColdReads(admin, broker, { group: consumerGroup, threshold });
        return { broker, consumerGroup, threshold };
      },
      { nameOf: (broker) => broker, fail },
    );
  },
  columns: [
    { header: "#Broker", key: "broker" },
    { header: "#Group", key: "consumerGroup" },
    { header: "#Threshold", key: "threshold", type: "integer" },
  ],
  async *plain(rows) {
    for await (const { broker } of rows)
      yield `updateColdDataFlowCtrGroupConfig success, ${broker}\n`;
  },
});
