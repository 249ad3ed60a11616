import { defineCommand } from "../../../src/cli/define-command.js";
import { text } from "../../../src/cli/options.js";
import { printf } from "../../../src/output/printf.js";
import { GROUP_SHAPE, groupRecord } from "../../../src/admin/group-record.js";
import { type GroupAtBroker, groupEverywhere, groupFieldsOf } from "../../../src/admin/groups.js";

const RULE = "=".repeat(29);

const options = {
  groupName: text("-g, --groupName <group>", "subscription group name")
    .required()
    .completes("group"),
};

export default defineCommand<typeof options, GroupAtBroker>({
  name: "getConsumerConfig",
  summary: "Get consumer config by subscription group name.",
  since: "4.9.2",
  impact: "read",
  options,
  examples: [
    {
      line: "mqadmin getConsumerConfig -g pay-worker",
      says: "settings of a group at every broker",
    },
    {
      line: "mqadmin getConsumerConfig -g pay-worker -o jsonl",
      says: "one record a broker, to compare them",
    },
  ],
  run: ({ admin, fail }, { groupName }) => groupEverywhere(admin, groupName, fail),
  columns: [],
  record: ({ cluster, brokerName, config }) => groupRecord(config, { cluster, brokerName }),
  shape: { cluster: "string", brokerName: "string", ...GROUP_SHAPE },
  async *plain(rows, _options, { compat }) {
    for await (const { cluster, brokerName, config } of rows) {
      yield `${RULE}${cluster}:${brokerName}${RULE}\n`;
      for (const [name, value] of groupFieldsOf(config, compat))
        yield printf("%-40s=  %s\n", name, value ?? "");
    }
  },
});
