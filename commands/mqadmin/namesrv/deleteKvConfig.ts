import { defineCommand } from "../../../src/cli/define-command.js";
import { text } from "../../../src/cli/options.js";
import { deleteKv } from "../../../src/admin/kv-config.js";

export default defineCommand({
  name: "deleteKvConfig",
  summary: "Delete KV config.",
  impact: "destructive",
  options: {
    namespace: text("-s, --namespace <namespace>", "set the namespace").required(),
    key: text("-k, --key <key>", "set the key name").required(),
  },
  examples: [
    {
      line: "mqadmin deleteKvConfig -s ORDER_TOPIC_CONFIG -k pay-order",
      says: "in every name server",
    },
  ],
  run: async ({ admin }, { namespace, key }) => {
    await deleteKv(admin, { namespace, key });
    return [{ namespace, key }];
  },
  columns: [
    { header: "#Namespace", key: "namespace" },
    { header: "#Key", key: "key" },
  ],
  single: true,
  async *plain(rows) {
    for await (const _ of rows) yield "delete kv config from namespace success.\n";
  },
});
