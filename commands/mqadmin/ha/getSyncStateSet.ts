import { defineCommand } from "../../../src/cli/define-command.js";
import { UsageError } from "../../../src/cli/exit-codes.js";
import { integer, text } from "../../../src/cli/options.js";
import { brokerNamesOf } from "../../../src/admin/clusters.js";
import { type InRound, rounds } from "../../../src/admin/repeat.js";
import { type ReplicasInfo, syncStateSets } from "../../../src/admin/replication.js";

const options = {
  controllerAddress: text(
    "-a, --controllerAddress <address>",
    "the address of controller",
  ).required(),
  clusterName: text("-c, --clusterName <cluster>", "which cluster").completes("cluster"),
  brokerName: text("-b, --brokerName <name>", "which broker to fetch"),
  interval: integer("-i, --interval <seconds>", "the interval(second) of get info"),
};

interface SyncState extends ReplicasInfo {
  brokerName: string;
}

const replica = {
  brokerName: "string",
  brokerId: "integer",
  brokerAddress: "string",
  alive: "boolean",
} as const;

export default defineCommand<typeof options, InRound<SyncState>>({
  name: "getSyncStateSet",
  summary: "Fetch syncStateSet for target brokers.",
  since: "5.0.0",
  formerSummary: [{ before: "5.1.4", summary: "Fetch syncStateSet for target brokers" }],
  impact: "read",
  options,
  examples: [
    {
      line: "mqadmin getSyncStateSet -a 10.0.0.11:9878 -b broker-a",
      says: "which replicas may become master",
    },
    {
      line: "mqadmin getSyncStateSet -a 10.0.0.11:9878 -c DefaultCluster",
      says: "of every broker of a cluster",
    },
  ],
  run: ({ admin, signal }, { controllerAddress, clusterName, brokerName, interval }) => {
    if (brokerName === undefined && clusterName === undefined) {
      throw new UsageError("one of -b, --brokerName and -c, --clusterName is needed", {
        showHelp: true,
      });
    }
    const controller = controllerAddress.split(";", 1)[0] ?? "";
    const round = async function* (): AsyncGenerator<SyncState> {
      const names =
        brokerName === undefined ? await brokerNamesOf(admin, clusterName ?? "") : [brokerName];
      const sets = await syncStateSets(admin, controller, names);
      for (const [name, info] of sets) yield { brokerName: name, ...info };
    };
    return rounds(round, { signal, pauseMs: interval === undefined ? undefined : interval * 1000 });
  },
  columns: [],
  record: ({ round: _round, masterAddress, masterBrokerId, ...info }) => ({
    ...info,
    masterBrokerId: masterBrokerId < 0 ? null : masterBrokerId,
    masterAddress: masterAddress ?? null,
  }),
  shape: {
    brokerName: "string",
    masterBrokerId: "integer?",
    masterAddress: "string?",
    masterEpoch: "integer",
    syncStateSetEpoch: "integer",
    inSyncReplicas: [replica],
    notInSyncReplicas: [replica],
  },
  async *plain(rows) {
    for await (const info of rows) yield syncStateText(info);
  },
});

function syncStateText(info: SyncState): string {
  const { brokerName, masterBrokerId, masterAddress, masterEpoch, syncStateSetEpoch } = info;
  const { inSyncReplicas, notInSyncReplicas } = info;
  return [
    `\n#brokerName\t${brokerName}\n#MasterBrokerId\t${masterBrokerId}\n#MasterAddr\t${masterAddress ?? "null"}\n`,
    `#MasterEpoch\t${masterEpoch}\n#SyncStateSetEpoch\t${syncStateSetEpoch}\n#SyncStateSetNums\t${inSyncReplicas.length}\n`,
    ...inSyncReplicas.map((one) => `\nInSyncReplica:\t${replicaText(one)}\n`),
    ...notInSyncReplicas.map((one) => `\nNotInSyncReplica:\t${replicaText(one)}\n`),
  ].join("");
}

/** ReplicaIdentity.toString. */
function replicaText(one: ReplicasInfo["inSyncReplicas"][number]): string {
  return `ReplicaIdentity{brokerName='${one.brokerName}', brokerId=${one.brokerId}, brokerAddress='${one.brokerAddress}', alive=${one.alive}}`;
}
