import { defineCommand } from "../../../src/cli/define-command.js";
import { text } from "../../../src/cli/options.js";
import { exportMetrics } from "../../../src/admin/export-metrics.js";
import { EXPORT_FOLDER, exportHow } from "../../../src/admin/export-how.js";

export default defineCommand({
  name: "exportMetrics",
  summary: "Export metrics.",
  since: "4.9.2",
  impact: "read",
  options: {
    clusterName: text("-c, --clusterName <cluster>", "choose a cluster to export")
      .required()
      .completes("cluster"),
    filePath: text("-f, --filePath <folder>", `export metrics.json path | default ${EXPORT_FOLDER}`)
      .default(EXPORT_FOLDER)
      .completes("folder"),
  },
  examples: [
    {
      line: "mqadmin exportMetrics -c DefaultCluster -f backup",
      says: "load and client versions, in backup/metrics.json",
    },
  ],
  run: async (context, { clusterName, filePath }) => [
    await exportMetrics(context.admin, clusterName, {
      ...exportHow(context, filePath),
      say: context.progress.say,
    }),
  ],
  columns: [
    { header: "#File", key: "file" },
    { header: "#Brokers", key: "brokers", type: "integer" },
  ],
  single: true,
  async *plain(rows) {
    for await (const { file } of rows) yield `export ${file} success`;
  },
});
