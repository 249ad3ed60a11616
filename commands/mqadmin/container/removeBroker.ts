import { defineCommand } from "../../../src/cli/define-command.js";
import { UsageError } from "../../../src/cli/exit-codes.js";
import { address, text } from "../../../src/cli/options.js";
import { PlainTextError } from "../../../src/admin/plain-text-error.js";
import { type BrokerIdentity, removeFromContainer } from "../../../src/admin/containers.js";

const options = {
  brokerContainerAddr: address(
    "-c, --brokerContainerAddr <address>",
    "Broker container address",
  ).required(),
  brokerIdentity: text(
    "-b, --brokerIdentity <identity>",
    "Information to identify a broker: clusterName:brokerName:brokerId(dLedgerId for dLedger)",
  ).required(),
};

export default defineCommand<typeof options, BrokerIdentity & { container: string }>({
  name: "removeBroker",
  summary: "Remove a broker from specified container.",
  since: "5.0.0",
  formerSummary: [{ before: "5.1.4", summary: "Remove a broker from specified container" }],
  impact: "destructive",
  options,
  examples: [
    {
      line: "mqadmin removeBroker -c 10.0.0.11:10811 -b DefaultCluster:broker-b:0",
      says: "stop a master in its container; its files stay",
    },
  ],
  run: async ({ admin }, { brokerContainerAddr: container, brokerIdentity }) => {
    const identity = identityOf(brokerIdentity);
    await removeFromContainer(admin, container, identity);
    return [{ container, ...identity }];
  },
  columns: [
    { header: "#Container", key: "container" },
    { header: "#Cluster Name", key: "cluster" },
    { header: "#Broker Name", key: "brokerName" },
    { header: "#BID", key: "brokerId", type: "integer" },
  ],
  single: true,
  async *plain(rows) {
    for await (const { container } of rows) yield `remove broker from ${container} success\n`;
  },
});

function identityOf(text: string): BrokerIdentity {
  const [cluster, brokerName, id] = text.split(":").map((part) => part.trim());
  if (cluster === undefined || brokerName === undefined || id === undefined) {
    throw new UsageError(`-b, --brokerIdentity: ${text} is not clusterName:brokerName:brokerId`);
  }
  if (!/^[+-]?\d{1,15}$/.test(id)) {
    throw new UsageError(`-b, --brokerIdentity: For input string: "${id}"`, {
      hint: "the id behind the last colon is a number, 0 for a master",
    });
  }
  if (Number(id) < 0) {
    throw new PlainTextError("brokerId can't be negative\n", { kind: "usage" });
  }
  return { cluster, brokerName, brokerId: Number(id) };
}
