import { defineCommand } from "../../../src/cli/define-command.js";
import { text } from "../../../src/cli/options.js";
import { setNamesrvConfig } from "../../../src/admin/server-config.js";

export default defineCommand({
  name: "updateNamesrvConfig",
  summary: "Update configs of name server.",
  impact: "write",
  options: {
    key: text("-k, --key <key>", "config key").required(),
    value: text("-v, --value <value>", "config value").required(),
  },
  examples: [
    {
      line: "mqadmin updateNamesrvConfig -k orderMessageEnable -v true",
      says: "in every name server, at once and in its file",
    },
  ],
  run: async ({ admin, namesrvAddresses }, setting) => {
    await setNamesrvConfig(admin, setting);
    return [{ ...setting, namesrv: [...namesrvAddresses()] }];
  },
  columns: [],
  shape: { key: "string", value: "string", namesrv: ["string"] },
  single: true,
  async *plain(rows) {
    for await (const { key, value, namesrv } of rows) {
      yield `update name server config success![${namesrv.join(", ")}]\n${key} : ${value}\n`;
    }
  },
});
