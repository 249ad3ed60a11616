import { RocketmqError } from "../../../engine/base/errors.js";
import { defineCommand } from "../../../src/cli/define-command.js";
import { openCliConfig } from "../../../src/config/cli-config.js";

export default defineCommand({
  name: "remove",
  summary: "Forget a cluster that was given a name",
  impact: "write",
  offline: true,
  options: {},
  words: [{ name: "name", description: "name of the cluster", required: true }],
  examples: [{ line: "mqctl context remove staging", says: "nothing happens to the cluster" }],
  run: ({ env }, _options, [name = ""]) => {
    if (openCliConfig(env).remove(name)) return [{ name }];
    throw new RocketmqError(`there is no context ${name}`, {
      kind: "not-found",
      hint: "mqctl context list",
    });
  },
  columns: [{ header: "REMOVED", key: "name" }],
  single: true,
});
