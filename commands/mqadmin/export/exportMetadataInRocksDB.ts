import { defineCommand } from "../../../src/cli/define-command.js";
import { boolean, text } from "../../../src/cli/options.js";
import { noRocksDbHere, requireFolder } from "../../../src/admin/rocksdb-config.js";

export default defineCommand({
  name: "exportMetadataInRocksDB",
  summary:
    "export RocksDB kv config (topics/subscriptionGroups). Recommend to use [mqadmin rocksDBConfigToJson]",
  since: "5.1.4",
  impact: "read",
  options: {
    path: text("-p, --path <folder>", "Absolute path for the metadata directory")
      .required()
      .completes("folder"),
    configType: text(
      "-t, --configType <type>",
      "Name of kv config, e.g. topics/subscriptionGroups",
    ).required(),
    jsonEnable: boolean("-j, --jsonEnable <flag>", "Json format enable, Default: false").default(
      false,
    ),
  },
  examples: [
    {
      line: "mqadmin exportMetadataInRocksDB -p /data/store/config -t topics",
      says: "only checks the folder: RocksDB is not read here, brokers export theirs by rocksDBConfigToJson",
    },
  ],
  run: (_, { path, configType }) => {
    requireFolder(path, "RocksDB path is invalid.\n");
    const folder = `${path}/${configType}`;
    requireFolder(folder, `RocksDB load error, path=${folder}\n`);
    throw noRocksDbHere(folder);
  },
  columns: [],
  shape: {},
});
