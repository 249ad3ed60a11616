import { defineCommand } from "../../../src/cli/define-command.js";
import { mapOf } from "../../../src/output/shape.js";
import { serverConfigText } from "../../../src/admin/config-text.js";
import { configsOf, namesrvConfig, type ServerConfig } from "../../../src/admin/server-config.js";

export default defineCommand<Record<never, never>, ServerConfig>({
  name: "getNamesrvConfig",
  summary: "Get configs of name server.",
  impact: "read",
  options: {},
  examples: [
    { line: "mqadmin getNamesrvConfig -n '10.0.0.1:9876;10.0.0.2:9876'", says: "all keys of both" },
  ],
  run: ({ admin, fail, namesrvAddresses }) =>
    configsOf(namesrvAddresses(), (address) => namesrvConfig(admin, address), fail),
  columns: [],
  record: ({ address, config }) => ({ address, config: Object.fromEntries(config) }),
  shape: { address: "string", config: mapOf("string") },
  plain: serverConfigText,
});
