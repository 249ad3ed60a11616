import { defineCommand } from "../../../src/cli/define-command.js";
import { bigLong, integer, text } from "../../../src/cli/options.js";
import { messageRecord } from "../../../src/admin/message-text.js";
import { LONG_MAX, type Message, messagesByKey } from "../../../src/admin/messages.js";

const options = {
  topic: text("-t, --topic <topic>", "Topic name").required().completes("topic"),
  msgKey: text("-k, --msgKey <key>", "Message Key").required(),
  beginTimestamp: bigLong(
    "-b, --beginTimestamp <ms>",
    "Begin timestamp(ms). default:0, eg:1676730526212",
  ).default(0n),
  endTimestamp: bigLong(
    "-e, --endTimestamp <ms>",
    "End timestamp(ms). default:Long.MAX_VALUE, eg:1676730526212",
  ).default(LONG_MAX),
  maxNum: integer(
    "-m, --maxNum <count>",
    "The maximum number of messages returned by the query, default:64",
  ).default(64),
  cluster: text(
    "-c, --cluster <cluster>",
    "Cluster name or lmq parent topic, lmq is used to find the route.",
  ).completes("cluster"),
};

export default defineCommand<typeof options, Message>({
  name: "queryMsgByKey",
  summary: "Query Message by Key.",
  impact: "read",
  options,
  examples: [
    { line: "mqadmin queryMsgByKey -t pay-events -k order-77", says: "messages that carry a key" },
  ],
  run: ({ admin }, { topic, msgKey, beginTimestamp, endTimestamp, maxNum, cluster }) =>
    messagesByKey(admin, {
      topic,
      key: msgKey,
      begin: beginTimestamp,
      end: endTimestamp,
      maxNum,
      cluster,
    }),
  columns: [
    { header: "#Message ID", key: "messageId", value: (row) => row.messageId },
    { header: "#QID", key: "queueId", value: (row) => row.queueId },
    { header: "#Offset", key: "queueOffset", value: (row) => row.queueOffset },
  ],
  record: messageRecord,
  format: "%-50s %4d %40d",
});
