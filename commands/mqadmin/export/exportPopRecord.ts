import { upstreamPrints } from "../../../src/admin/plain-text-error.js";
import { type Column, defineCommand } from "../../../src/cli/define-command.js";
import { UsageError } from "../../../src/cli/exit-codes.js";
import { address, choice, text } from "../../../src/cli/options.js";
import { exportPopRecords, popBrokers, type PopExport } from "../../../src/admin/pop-records.js";

const columns: Column<PopExport>[] = [
  { header: "#Broker Name", key: "brokerName" },
  { header: "#Broker Addr", key: "brokerAddr" },
  { header: "#Dry Run", key: "dryRun", type: "boolean" },
  { header: "#Error", key: "error", type: "string?" },
];

const options = {
  clusterName: text("-c, --clusterName <cluster>", "choose one cluster to export").completes(
    "cluster",
  ),
  brokerAddr: address("-b, --brokerAddr <address>", "choose one broker to export").completes(
    "broker",
  ),
  // Upstream takes false for yes. Whoever gives it at all, in whichever sense, means to change nothing.
  onlySaid: choice("-d, --dryRun <flag>", "no actual changes will be made", ["true", "false"]),
};

export default defineCommand<typeof options, PopExport>({
  name: "exportPopRecord",
  summary: "Export pop consumer record",
  since: "5.3.2",
  impact: "write",
  options,
  examples: [
    {
      line: "mqadmin exportPopRecord -b 10.0.0.11:10911",
      says: "before that broker is run by a release without RocksDB",
    },
  ],
  run: async function* ({ admin, fail }, { clusterName, brokerAddr, onlySaid }) {
    if (brokerAddr === undefined && clusterName === undefined) {
      throw upstreamPrints(
        "",
        new UsageError("one of -b, --brokerAddr and -c, --clusterName is needed"),
      );
    }
    const brokers = await popBrokers(admin, { brokerAddr, clusterName: clusterName ?? "" });
    yield* exportPopRecords(admin, brokers, { dryRun: onlySaid !== undefined, fail });
  },
  columns,
  async *plain(rows) {
    for await (const { brokerName, brokerAddr, dryRun, error } of rows) {
      const outcome = error === null ? "" : " error";
      const broker = `brokerName=${brokerName}, brokerAddr=${brokerAddr}, dryRun=${dryRun}`;
      yield `Export broker records${outcome}, ${broker}\n${error ?? ""}`;
    }
  },
});
