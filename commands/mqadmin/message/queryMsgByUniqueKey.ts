import { defineCommand } from "../../../src/cli/define-command.js";
import { flag, text } from "../../../src/cli/options.js";
import {
  describe,
  type Lookup,
  lookupRecord,
  lookupText,
  pushOrSayWhy,
} from "../../../src/admin/lookup.js";
import { messageById, messagesByUniqueKey } from "../../../src/admin/messages.js";

const options = {
  msgId: text("-i, --msgId <id>", "Message Id").required(),
  consumerGroup: text("-g, --consumerGroup <group>", "consumer group name").completes("group"),
  clientId: text("-d, --clientId <id>", "The consumer's client id"),
  topic: text("-t, --topic <topic>", "The topic of msg").required().completes("topic"),
  showAll: flag("-a, --showAll", "Print all message, the limit is 32"),
  cluster: text(
    "-c, --cluster <cluster>",
    "Cluster name or lmq parent topic, lmq is used to find the route.",
  ).completes("cluster"),
};

export default defineCommand<typeof options, Lookup>({
  name: "queryMsgByUniqueKey",
  summary: "Query Message by Unique key.",
  impact: "write",
  options,
  examples: [
    {
      line: "mqadmin queryMsgByUniqueKey -t pay-events -i 7F000001126F18B4AAC28D3B7E110000",
      says: "show a message by its producer's id",
    },
  ],
  run: async function* (
    { admin },
    { topic, msgId, consumerGroup: group, clientId, showAll, cluster },
  ) {
    if (group !== undefined && clientId !== undefined) {
      yield await pushOrSayWhy(admin, () => messageById(admin, { topic, id: msgId, cluster }), {
        group,
        clientId,
      });
      return;
    }
    const found = await messagesByUniqueKey(admin, { topic, id: msgId, cluster });
    for (const [copy, message] of found.slice(0, showAll ? undefined : 1).entries()) {
      yield await describe(admin, message, { copy });
    }
  },
  columns: [],
  record: lookupRecord,
  async *plain(rows) {
    for await (const row of rows) yield lookupText(row, { withOffsetId: false, trackEnd: "" });
  },
});
