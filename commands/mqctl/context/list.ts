import { defineCommand } from "../../../src/cli/define-command.js";
import { openCliConfig } from "../../../src/config/cli-config.js";

export default defineCommand({
  name: "list",
  summary: "List the clusters that were given a name",
  impact: "read",
  offline: true,
  options: {},
  examples: [{ line: "mqctl context list", says: "the one in use is marked" }],
  run: ({ env }) => {
    const config = openCliConfig(env);
    const used = config.currentName();
    return Object.entries(config.contexts()).map(([name, { namesrvAddr, accessKey, tls }]) => ({
      name,
      inUse: name === used,
      namesrvAddr,
      accessKey,
      tls: tls === true,
    }));
  },
  columns: [
    { header: "NAME", key: "name" },
    { header: "IN USE", key: "inUse", type: "boolean", text: (row) => (row.inUse ? "*" : "") },
    { header: "NAMESRV", key: "namesrvAddr" },
    { header: "ACCESS KEY", key: "accessKey", type: "string?" },
    { header: "TLS", key: "tls", type: "boolean", text: (row) => (row.tls ? "*" : "") },
  ],
});
