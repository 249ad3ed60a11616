import { defineCommand } from "../../../src/cli/define-command.js";
import { text } from "../../../src/cli/options.js";
import { exportConfigs } from "../../../src/admin/export-configs.js";
import { EXPORT_FOLDER, exportHow } from "../../../src/admin/export-how.js";

export default defineCommand({
  name: "exportConfigs",
  summary: "Export configs.",
  since: "4.9.2",
  impact: "read",
  options: {
    clusterName: text("-c, --clusterName <cluster>", "choose a cluster to export")
      .required()
      .completes("cluster"),
    filePath: text("-f, --filePath <folder>", `export configs.json path | default ${EXPORT_FOLDER}`)
      .default(EXPORT_FOLDER)
      .completes("folder"),
  },
  examples: [
    {
      line: "mqadmin exportConfigs -c DefaultCluster -f backup",
      says: "settings of its brokers, in backup/configs.json",
    },
  ],
  run: async (context, { clusterName, filePath }) => [
    await exportConfigs(context.admin, clusterName, exportHow(context, filePath)),
  ],
  columns: [
    { header: "#File", key: "file" },
    { header: "#Masters", key: "masters", type: "integer" },
    { header: "#Slaves", key: "slaves", type: "integer" },
    { header: "#NameServers", key: "namesrvs", type: "integer" },
  ],
  single: true,
  async *plain(rows) {
    for await (const { file } of rows) yield `export ${file} success`;
  },
});
