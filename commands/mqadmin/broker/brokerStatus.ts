import { defineCommand } from "../../../src/cli/define-command.js";
import { address, text } from "../../../src/cli/options.js";
import { printf } from "../../../src/output/printf.js";
import { mapOf } from "../../../src/output/shape.js";
import { countersOf } from "../../../src/admin/broker-counters.js";
import { runtimeInfo } from "../../../src/admin/brokers.js";
import { chosenBrokers } from "../../../src/admin/chosen-brokers.js";
import { streamParallel } from "../../../src/admin/parallel.js";

const options = {
  brokerAddr: address("-b, --brokerAddr <address>", "Broker address").completes("broker"),
  clusterName: text("-c, --clusterName <cluster>", "which cluster").completes("cluster"),
};

interface Status {
  address: string;
  info: ReadonlyMap<string, string>;
}

export default defineCommand<typeof options, Status>({
  name: "brokerStatus",
  summary: "Fetch broker runtime status data.",
  formerSummary: [{ before: "5.1.4", summary: "Fetch broker runtime status data" }],
  impact: "read",
  options,
  exclusive: [{ options: ["brokerAddr", "clusterName"], required: true, since: "5.1.0" }],
  examples: [
    { line: "mqadmin brokerStatus -b 10.0.0.11:10911", says: "counters of one broker" },
    { line: "mqadmin brokerStatus -c DefaultCluster", says: "of every broker of a cluster" },
  ],
  run: async function* ({ admin, fail }, { brokerAddr, clusterName }) {
    const brokers = await chosenBrokers(admin, { brokerAddr, clusterName });
    const answers = streamParallel(brokers, ({ address }) =>
      runtimeInfo(admin, address).then(
        (info) => ({ address, info }),
        (thrown: unknown) => {
          if (brokerAddr !== undefined) throw thrown;
          fail(thrown);
        },
      ),
    );
    for await (const answer of answers) if (answer !== undefined) yield answer;
  },
  columns: [],
  record: ({ address, info }) => ({ address, counters: countersOf(info) }),
  shape: { address: "string", counters: mapOf("any") },
  async *plain(rows, { brokerAddr }) {
    for await (const { address, info } of rows) {
      const prefix = brokerAddr === undefined ? printf("%-24s ", address) : "";
      for (const [key, value] of info) yield prefix + printf("%-32s: %s\n", key, value);
    }
  },
});
