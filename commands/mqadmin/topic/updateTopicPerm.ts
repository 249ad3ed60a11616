import { defineCommand } from "../../../src/cli/define-command.js";
import { address, integer, text } from "../../../src/cli/options.js";
import { mustSayWhere } from "../../../src/admin/everywhere.js";
import { changePerm, type ChangedPerm } from "../../../src/admin/topic-perm.js";
import { topicText } from "../../../src/admin/topic-changes.js";

const options = {
  brokerAddr: address("-b, --brokerAddr <address>", "create topic to which broker").completes(
    "broker",
  ),
  clusterName: text("-c, --clusterName <cluster>", "create topic to which cluster").completes(
    "cluster",
  ),
  topic: text("-t, --topic <topic>", "topic name").required().completes("topic"),
  perm: integer(
    "-p, --perm <bits>",
    "set topic's permission(2|4|6), intro[2:W; 4:R; 6:RW]",
  ).required(),
};

export default defineCommand<typeof options, ChangedPerm>({
  name: "updateTopicPerm",
  summary: "Update topic perm.",
  formerSummary: [{ before: "5.0.0", summary: "Update topic perm" }],
  impact: "write",
  options,
  examples: [
    {
      line: "mqadmin updateTopicPerm -c DefaultCluster -t pay-events -p 4",
      says: "no more messages are taken, those there can be read",
    },
  ],
  run: async ({ admin, fail }, { brokerAddr, clusterName, topic, perm }) => {
    mustSayWhere({ brokerAddr, clusterName });
    return changePerm(admin, topic, { perm, brokerAddr, clusterName, fail });
  },
  columns: [],
  shape: { broker: "string", from: "integer", to: "integer", changed: "boolean" },
  record: ({ broker, from, settings }) => ({
    broker,
    from,
    to: settings.perm,
    changed: from !== settings.perm,
  }),
  async *plain(rows, { brokerAddr }, { compat }) {
    for await (const { broker, from, settings } of rows) {
      if (brokerAddr !== undefined && from === settings.perm) {
        yield "new perm equals to the old one!\n";
        continue;
      }
      yield `update topic perm from ${from} to ${settings.perm} in ${broker} success.\n`;
      if (brokerAddr !== undefined) yield `${topicText(settings, compat)}.\n`;
    }
  },
});
