import { defineCommand } from "../../../src/cli/define-command.js";
import { UsageError } from "../../../src/cli/exit-codes.js";
import { address, text } from "../../../src/cli/options.js";
import { onEach } from "../../../src/admin/change.js";
import { targets } from "../../../src/admin/clusters.js";
import { PlainTextError } from "../../../src/admin/plain-text-error.js";
import {
  exportRocksDbConfig,
  noRocksDbHere,
  parseConfigTypes,
  requireFolder,
} from "../../../src/admin/rocksdb-config.js";

const SUMMARY =
  "Convert RocksDB kv config (topics/subscriptionGroups/consumerOffsets) to json. [rpc mode] Use [-n, -c, -b, -t] to send Request to broker ( version >= 5.3.2 ) or [local mode] use [-p, -t, -j, -e] to load RocksDB. If -e is provided, tools will export json file instead of std print";
const LOCAL = "Use [local mode] load rocksdb to print or export file \n";

const options = {
  configType: text(
    "-t, --configType <types>",
    "Name of kv config, e.g. topics/subscriptionGroups/consumerOffsets. Required in local mode and default all in rpc mode.",
  ),
  configPath: text(
    "-p, --configPath <folder>",
    "[local mode] Absolute path to the metadata config directory",
  ).completes("folder"),
  exportFile: text(
    "-e, --exportFile <file>",
    "[local mode] Absolute file path for exporting, auto backup existing file, not directory. If exportFile is provided, will export Json file and ignore [-j].",
  )
    .since("5.3.2")
    .completes("file"),
  jsonEnable: text(
    "-j, --jsonEnable <flag>",
    "[local mode] Json format enable, Default: true. If exportFile is provided, will export Json file and ignore [-j].",
  ).since("5.3.2"),
  namesrvAddr: text(
    "-n, --nameserverAddr <addresses>",
    "[rpc mode] nameserverAddr. If nameserverAddr and clusterName are provided, will ignore [-p, -e, -j, -b] args",
  ),
  cluster: text(
    "-c, --cluster <cluster>",
    "[rpc mode] Cluster name. If nameserverAddr and clusterName are provided, will ignore [-p, -e, -j, -b] args",
  )
    .since("5.3.2")
    .completes("cluster"),
  brokerAddr: address(
    "-b, --brokerAddr <address>",
    "[rpc mode] Broker address. If brokerAddr is provided, will ignore [-p, -e, -j] args",
  )
    .since("5.3.2")
    .completes("broker"),
};

/** The brokers that did it. */
interface Exported {
  readonly brokers: readonly string[];
  readonly configTypes: readonly string[];
}

export default defineCommand<typeof options, Exported>({
  name: "rocksDBConfigToJson",
  summary: SUMMARY,
  since: "5.3.1",
  impact: "write",
  options,
  examples: [
    {
      line: "mqadmin rocksDBConfigToJson -b 10.0.0.11:10911 -t topics",
      says: "the broker writes topics.json beside its RocksDB folder",
    },
  ],
  run: async function* ({ admin, fail }, { configType, configPath, cluster, brokerAddr }) {
    const configTypes = parseConfigTypes(configType);
    if (cluster === undefined && brokerAddr === undefined) {
      if (configPath === undefined) {
        throw new PlainTextError(`${SUMMARY}\n`, {
          kind: "usage",
          message: "one of -c, --cluster, -b, --brokerAddr and -p, --configPath is needed",
        });
      }
      if (configType === undefined) {
        throw new UsageError("local mode Invalid args, please input configType");
      }
      requireFolder(configPath, `${LOCAL}Rocksdb path is invalid.\n`);
      throw noRocksDbHere(configPath);
    }
    const where = {
      brokerAddr: cluster === undefined ? brokerAddr : undefined,
      clusterName: cluster,
    };
    const brokers = await onEach(
      await targets(admin, where),
      (broker) => exportRocksDbConfig(admin, broker, configTypes).then(() => broker),
      { nameOf: (broker) => `broker ${broker}`, fail },
    );
    yield { brokers, configTypes };
  },
  columns: [],
  shape: { brokers: ["string"], configTypes: ["string"] },
  single: true,
  async *plain(rows, { cluster }) {
    for await (const _ of rows) {
      const where = cluster === undefined ? "call broker" : "call all brokers in cluster";
      yield `Use [rpc mode] ${where} to export to json file \nbroker export done.`;
    }
  },
});
