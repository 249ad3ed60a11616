import { defineCommand } from "../../../src/cli/define-command.js";
import { text } from "../../../src/cli/options.js";
import { printf } from "../../../src/output/printf.js";
import { type GroupAtBroker, groupEverywhere, groupFields } from "../../../src/admin/groups.js";

const RULE = "=".repeat(29);

const options = {
  groupName: text("-g, --groupName <group>", "subscription group name")
    .required()
    .completes("group"),
};

export default defineCommand<typeof options, GroupAtBroker>({
  name: "getConsumerConfig",
  summary: "Get consumer config by subscription group name.",
  impact: "read",
  options,
  examples: [
    {
      line: "mqadmin getConsumerConfig -g pay-worker",
      says: "settings of a group at every broker",
    },
  ],
  run: ({ admin }, { groupName }) => groupEverywhere(admin, groupName),
  columns: [],
  record: ({ cluster, brokerName, config }) => ({ cluster, brokerName, ...config }),
  async *plain(rows) {
    for await (const { cluster, brokerName, config } of rows) {
      yield `${RULE}${cluster}:${brokerName}${RULE}\n`;
      for (const [name, value] of groupFields(config))
        yield printf("%-40s=  %s\n", name, value ?? "");
    }
  },
});
