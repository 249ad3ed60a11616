import { upstreamPrints } from "../../../src/admin/plain-text-error.js";
import { defineCommand } from "../../../src/cli/define-command.js";
import { UsageError } from "../../../src/cli/exit-codes.js";
import { integer, text } from "../../../src/cli/options.js";
import { clusterReplicas, replicasOfBroker } from "../../../src/admin/clusters.js";
import { streamParallel } from "../../../src/admin/parallel.js";
import { type InRound, rounds } from "../../../src/admin/repeat.js";
import { brokerEpochs, epochText } from "../../../src/admin/replication.js";

const options = {
  clusterName: text("-c, --clusterName <cluster>", "which cluster").completes("cluster"),
  brokerName: text("-b, --brokerName <name>", "which broker to fetch"),
  interval: integer("-i, --interval <seconds>", "the interval(second) of get info"),
};

interface Epochs extends Awaited<ReturnType<typeof brokerEpochs>> {
  address: string;
}

export default defineCommand<typeof options, InRound<Epochs>>({
  name: "getBrokerEpoch",
  summary: "Fetch broker epoch entries.",
  since: "5.0.0",
  formerSummary: [{ before: "5.1.4", summary: "Fetch broker epoch entries" }],
  impact: "read",
  options,
  exclusive: [{ options: ["clusterName", "brokerName"], required: true, since: "5.4.0" }],
  examples: [
    { line: "mqadmin getBrokerEpoch -b broker-a", says: "when its replicas changed master" },
    { line: "mqadmin getBrokerEpoch -c DefaultCluster -i 10", says: "again every 10 seconds" },
  ],
  run: ({ admin, fail, signal }, { brokerName, clusterName, interval }) => {
    if (brokerName === undefined && clusterName === undefined) {
      throw new UsageError("one of -b, --brokerName and -c, --clusterName is needed", {
        showHelp: true,
      });
    }
    const round = async function* (): AsyncGenerator<Epochs> {
      const replicas =
        brokerName === undefined
          ? await clusterReplicas(admin, clusterName ?? "")
          : await replicasOfBroker(admin, brokerName).catch(passedOver);
      const answers = streamParallel(replicas, ({ address }) =>
        brokerEpochs(admin, address).then((epochs) => ({ ...epochs, address }), fail),
      );
      for await (const answer of answers) if (answer !== undefined) yield answer;
    };
    return rounds(round, { signal, pauseMs: interval === undefined ? undefined : interval * 1000 });
  },
  columns: [],
  record: ({ clusterName, brokerName, address, brokerId, maxOffset, epochList }) => ({
    cluster: clusterName,
    brokerName,
    address,
    brokerId,
    maxOffset,
    epochs: epochList,
  }),
  shape: {
    cluster: "string",
    brokerName: "string",
    address: "string",
    brokerId: "integer",
    maxOffset: "integer",
    epochs: [{ epoch: "integer", startOffset: "integer", endOffset: "integer" }],
  },
  async *plain(rows) {
    for await (const { clusterName, brokerName, address, brokerId, epochList } of rows) {
      const epochs = epochList.map((entry) => `\n#Epoch: ${epochText(entry)}`).join("");
      yield `\n#clusterName\t${clusterName}\n#brokerName\t${brokerName}\n#brokerAddr\t${address}\n#brokerId\t${brokerId}${epochs}\n`;
    }
  },
});

/** Upstream asks no broker, and says nothing. */
function passedOver(thrown: Error): never {
  throw upstreamPrints("", thrown);
}
