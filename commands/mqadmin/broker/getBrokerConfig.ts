import { defineCommand } from "../../../src/cli/define-command.js";
import { address, text } from "../../../src/cli/options.js";
import { printf } from "../../../src/output/printf.js";
import { mapOf } from "../../../src/output/shape.js";
import { brokerConfig } from "../../../src/admin/brokers.js";
import { type ChosenBroker, chosenBrokers } from "../../../src/admin/chosen-brokers.js";
import { streamParallel } from "../../../src/admin/parallel.js";

const options = {
  brokerAddr: address("-b, --brokerAddr <address>", "get which broker").completes("broker"),
  clusterName: text("-c, --clusterName <cluster>", "get which cluster").completes("cluster"),
};

interface Configuration extends ChosenBroker {
  config: ReadonlyMap<string, string>;
}

export default defineCommand<typeof options, Configuration>({
  name: "getBrokerConfig",
  summary: "Get broker config by cluster or special broker.",
  formerSummary: [
    { before: "5.1.1", summary: "Get broker config by cluster or special broker!" },
    { before: "5.1.4", summary: "Get broker config by cluster or special broker" },
  ],
  impact: "read",
  options,
  exclusive: [{ options: ["brokerAddr", "clusterName"], required: true, since: "5.4.0" }],
  examples: [
    { line: "mqadmin getBrokerConfig -b 10.0.0.11:10911", says: "all keys of one broker" },
    { line: "mqadmin getBrokerConfig -c DefaultCluster", says: "of every broker of a cluster" },
  ],
  run: async function* ({ admin, fail }, { brokerAddr, clusterName }) {
    const brokers = await chosenBrokers(admin, { brokerAddr, clusterName });
    const answers = streamParallel(brokers, (broker) =>
      brokerConfig(admin, broker.address).then(
        (config) => ({ ...broker, config }),
        (thrown: unknown) => {
          if (brokerAddr !== undefined) throw thrown;
          fail(thrown);
        },
      ),
    );
    for await (const answer of answers) if (answer !== undefined) yield answer;
  },
  columns: [],
  record: ({ address, master, config }) => ({
    address,
    master: master ?? null,
    config: Object.fromEntries(config),
  }),
  shape: { address: "string", master: "string?", config: mapOf("string") },
  async *plain(rows, { brokerAddr }) {
    // Upstream prints the title before it asks.
    if (brokerAddr !== undefined) yield `============${brokerAddr}============\n`;
    for await (const { address, title, config } of rows) {
      if (brokerAddr === undefined) yield title;
      for (const [key, value] of config) yield printf("%-50s=  %s\n", key, value);
      if (config.size === 0) yield `Broker[${address}] has no config property!\n`;
      yield "\n";
    }
  },
});
