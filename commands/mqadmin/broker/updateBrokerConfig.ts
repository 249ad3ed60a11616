import { defineCommand } from "../../../src/cli/define-command.js";
import { address, text } from "../../../src/cli/options.js";
import { checkBrokerValue, setBrokerConfig } from "../../../src/admin/brokers.js";
import { onEach } from "../../../src/admin/change.js";
import { clusterReplicas, MASTER_ID } from "../../../src/admin/clusters.js";
import { mustSayWhere } from "../../../src/admin/everywhere.js";

const options = {
  brokerAddr: address("-b, --brokerAddr <address>", "update which broker").completes("broker"),
  clusterName: text("-c, --clusterName <cluster>", "update which cluster").completes("cluster"),
  // The option takes a value that upstream does not look at.
  updateAllBroker: text("-a, --updateAllBroker <flag>", "update all brokers include slave").since(
    "5.0.0",
  ),
  key: text("-k, --key <key>", "config key").required(),
  value: text("-v, --value <value>", "config value").required(),
};

export default defineCommand<typeof options, { broker: string }>({
  name: "updateBrokerConfig",
  summary: "Update broker's config.",
  formerSummary: [{ before: "5.1.4", summary: "Update broker's config" }],
  impact: "write",
  options,
  examples: [
    {
      line: "mqadmin updateBrokerConfig -b 10.0.0.11:10911 -k fileReservedTime -v 48",
      says: "keep messages for two days",
    },
    {
      line: "mqadmin updateBrokerConfig -c DefaultCluster -k brokerPermission -v 4 --dry-run",
      says: "what would change on which master",
    },
  ],
  run: async ({ admin, compat, fail }, given) => {
    const { brokerAddr, clusterName, updateAllBroker, key, value } = given;
    // older tools sent everything, and brokers of their time took it
    if (!compat.isBefore("5.0.0")) checkBrokerValue(key, value);
    mustSayWhere({ brokerAddr, clusterName });
    const addresses =
      brokerAddr === undefined
        ? (await clusterReplicas(admin, clusterName ?? ""))
            .filter((one) => updateAllBroker !== undefined || one.brokerId === MASTER_ID)
            .map((one) => one.address)
        : [brokerAddr];
    return onEach(
      addresses,
      async (broker) => {
        await setBrokerConfig(admin, broker, { key, value });
        return { broker };
      },
      { nameOf: (broker) => broker, fail },
    );
  },
  columns: [{ header: "#Broker", key: "broker" }],
  async *plain(rows) {
    for await (const { broker } of rows) yield `update broker config success, ${broker}\n`;
  },
});
