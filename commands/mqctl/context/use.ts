import { RocketmqError } from "../../../engine/base/errors.js";
import { defineCommand } from "../../../src/cli/define-command.js";
import { openCliConfig } from "../../../src/config/cli-config.js";

export default defineCommand({
  name: "use",
  summary: "Use a cluster that was given a name",
  impact: "write",
  offline: true,
  options: {},
  words: [{ name: "name", description: "name of the cluster", required: true }],
  examples: [{ line: "mqctl context use staging", says: "from now on" }],
  run: ({ env }, _options, [name = ""]) => {
    const config = openCliConfig(env);
    if (!config.use(name)) {
      throw new RocketmqError(`there is no context ${name}`, {
        kind: "not-found",
        hint: "mqctl context list",
      });
    }
    return [{ name, namesrvAddr: config.current()?.namesrvAddr }];
  },
  columns: [
    { header: "NAME", key: "name" },
    { header: "NAMESRV", key: "namesrvAddr" },
  ],
  single: true,
});
