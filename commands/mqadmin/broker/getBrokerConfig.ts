import { defineCommand } from "../../../src/cli/define-command.js";
import { UsageError } from "../../../src/cli/exit-codes.js";
import { address, text } from "../../../src/cli/options.js";
import { printf } from "../../../src/output/printf.js";
import { brokerConfig } from "../../../src/admin/brokers.js";
import { clusterReplicas, MASTER_ID, type Replica } from "../../../src/admin/clusters.js";
import { streamParallel } from "../../../src/admin/parallel.js";

const NO_MASTER = "NO_MASTER";

const options = {
  brokerAddr: address("-b, --brokerAddr <address>", "get which broker").completes("broker"),
  clusterName: text("-c, --clusterName <cluster>", "get which cluster").completes("cluster"),
};

/** A broker's configuration. `master` of a replica is its master's address; undefined where only one broker is asked. */
interface BrokerConfiguration {
  address: string;
  master: string | undefined;
  config: ReadonlyMap<string, string>;
}

export default defineCommand<typeof options, BrokerConfiguration>({
  name: "getBrokerConfig",
  summary: "Get broker config by cluster or special broker.",
  impact: "read",
  options,
  examples: [
    { line: "mqadmin getBrokerConfig -b 10.0.0.11:10911", says: "all keys of one broker" },
    { line: "mqadmin getBrokerConfig -c DefaultCluster", says: "of every broker of a cluster" },
  ],
  run: async function* ({ admin, fail }, { brokerAddr, clusterName }) {
    if (brokerAddr !== undefined) {
      yield {
        address: brokerAddr,
        master: undefined,
        config: await brokerConfig(admin, brokerAddr),
      };
      return;
    }
    if (clusterName === undefined)
      throw new UsageError("one of -b, --brokerAddr and -c, --clusterName is needed");
    const replicas = await clusterReplicas(admin, clusterName);
    const answers = streamParallel(replicas, (replica) =>
      brokerConfig(admin, replica.address).then(
        (config) => ({ address: replica.address, master: masterOf(replica, replicas), config }),
        (thrown: unknown) => fail(thrown),
      ),
    );
    for await (const answer of answers) if (answer !== undefined) yield answer;
  },
  columns: [],
  record: ({ address, master, config }) => ({
    address,
    ...(master === undefined ? {} : { master }),
    config: Object.fromEntries(config),
  }),
  async *plain(rows, { brokerAddr }) {
    // Upstream prints the title before it asks.
    if (brokerAddr !== undefined) yield `============${brokerAddr}============\n`;
    for await (const { address, master, config } of rows) {
      if (brokerAddr === undefined) yield title(address, master);
      for (const [key, value] of config) yield printf("%-50s=  %s\n", key, value);
      if (config.size === 0) yield `Broker[${address}] has no config property!\n`;
      yield "\n";
    }
  },
});

function masterOf(replica: Replica, all: readonly Replica[]): string {
  const master = all.find(
    (one) => one.brokerName === replica.brokerName && one.brokerId === MASTER_ID,
  );
  return master?.address ?? NO_MASTER;
}

function title(address: string, master: string | undefined): string {
  return master === address
    ? `============Master: ${address}============\n`
    : `============My Master: ${master ?? NO_MASTER}=====Slave: ${address}============\n`;
}
