import { defineCommand } from "../../../src/cli/define-command.js";
import { text } from "../../../src/cli/options.js";
import { saveKv } from "../../../src/admin/kv-config.js";

export default defineCommand({
  name: "updateKvConfig",
  summary: "Create or update KV config.",
  impact: "write",
  options: {
    namespace: text("-s, --namespace <namespace>", "set the namespace").required(),
    key: text("-k, --key <key>", "set the key name").required(),
    value: text("-v, --value <value>", "set the key value").required(),
  },
  examples: [
    {
      line: "mqadmin updateKvConfig -s ORDER_TOPIC_CONFIG -k pay-order -v broker-a:4",
      says: "queues of an ordered topic, in every name server",
    },
  ],
  run: async ({ admin }, { namespace, key, value }) => {
    await saveKv(admin, { namespace, key }, value);
    return [{ namespace, key, value }];
  },
  columns: [
    { header: "#Namespace", key: "namespace" },
    { header: "#Key", key: "key" },
    { header: "#Value", key: "value" },
  ],
  single: true,
  async *plain(rows) {
    for await (const _ of rows) yield "create or update kv config to namespace success.\n";
  },
});
