import { defineCommand } from "../../../src/cli/define-command.js";
import { UsageError } from "../../../src/cli/exit-codes.js";
import { address, text } from "../../../src/cli/options.js";
import { checkBrokerValue, setBrokerConfig } from "../../../src/admin/brokers.js";
import { clusterReplicas, MASTER_ID } from "../../../src/admin/clusters.js";
import { streamParallel } from "../../../src/admin/parallel.js";

const options = {
  brokerAddr: address("-b, --brokerAddr <address>", "update which broker").completes("broker"),
  clusterName: text("-c, --clusterName <cluster>", "update which cluster").completes("cluster"),
  updateAllBroker: text("-a, --updateAllBroker <flag>", "update all brokers include slave"),
  key: text("-k, --key <key>", "config key").required(),
  value: text("-v, --value <value>", "config value").required(),
};

export default defineCommand<typeof options, { broker: string }>({
  name: "updateBrokerConfig",
  summary: "Update broker's config.",
  impact: "write",
  options,
  examples: [
    {
      line: "mqadmin updateBrokerConfig -b 10.0.0.11:10911 -k fileReservedTime -v 48",
      says: "keep messages for two days",
    },
  ],
  run: async function* ({ admin, fail }, { brokerAddr, clusterName, updateAllBroker, key, value }) {
    checkBrokerValue(key, value);
    if (brokerAddr !== undefined) {
      await setBrokerConfig(admin, brokerAddr, { key, value });
      yield { broker: brokerAddr };
      return;
    }
    if (clusterName === undefined) {
      throw new UsageError("one of -b, --brokerAddr and -c, --clusterName is needed", {
        showHelp: true,
      });
    }
    // The option takes a value that upstream does not look at.
    const replicas = (await clusterReplicas(admin, clusterName)).filter(
      (one) => updateAllBroker !== undefined || one.brokerId === MASTER_ID,
    );
    const answers = streamParallel(replicas, ({ address: broker }) =>
      setBrokerConfig(admin, broker, { key, value }).then(
        () => broker,
        (thrown: unknown) => fail(thrown),
      ),
    );
    for await (const broker of answers) if (broker !== undefined) yield { broker };
  },
  columns: [{ header: "#Broker", key: "broker" }],
  async *plain(rows) {
    for await (const { broker } of rows) yield `update broker config success, ${broker}\n`;
  },
});
