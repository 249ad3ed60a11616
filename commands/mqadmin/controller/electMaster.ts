import { defineCommand } from "../../../src/cli/define-command.js";
import { mapOf } from "../../../src/output/shape.js";
import { address, long, text } from "../../../src/cli/options.js";
import { type Election, electMaster } from "../../../src/admin/controllers.js";

const options = {
  controllerAddress: address(
    "-a, --controllerAddress <address>",
    "The address of controller",
  ).required(),
  brokerId: long(
    "-b, --brokerId <id>",
    "The id of the broker which requires to become master",
  ).required(),
  brokerName: text(
    "-bn, --brokerName <name>",
    "The broker name of the replicas that require to be manipulated",
  ).required(),
  clusterName: text("-c, --clusterName <cluster>", "the clusterName of broker")
    .required()
    .completes("cluster"),
};

export default defineCommand<typeof options, Election>({
  name: "electMaster",
  summary: "Re-elect the specified broker as master.",
  since: "5.0.0",
  impact: "write",
  options,
  examples: [
    {
      line: "mqadmin electMaster -a 10.0.0.1:9878 -b 2 -bn broker-a -c DefaultCluster",
      says: "replica 2 of broker-a becomes the master",
    },
  ],
  run: async ({ admin }, { controllerAddress, ...broker }) => [
    await electMaster(admin, controllerAddress, broker),
  ],
  columns: [],
  record: ({ brokers, ...election }) => ({ ...election, brokers: Object.fromEntries(brokers) }),
  shape: {
    clusterName: "string",
    brokerName: "string",
    masterBrokerId: "integer?",
    masterAddress: "string?",
    masterEpoch: "integer?",
    syncStateSetEpoch: "integer?",
    brokers: mapOf("string"),
  },
  single: true,
  async *plain(rows) {
    for await (const election of rows) yield electionText(election);
  },
});

function electionText(election: Election): string {
  const { clusterName, brokerName, masterAddress, masterEpoch, syncStateSetEpoch } = election;
  const lines = [
    `\n#ClusterName\t${clusterName}`,
    `\n#BrokerName\t${brokerName}`,
    `\n#BrokerMasterAddr\t${masterAddress ?? "null"}`,
    `\n#MasterEpoch\t${masterEpoch ?? "null"}`,
    `\n#SyncStateSetEpoch\t${syncStateSetEpoch ?? "null"}\n`,
    ...[...election.brokers].map(([id, broker]) => `\t#Broker\t${id}\t${broker}\n`),
  ];
  return lines.join("");
}
