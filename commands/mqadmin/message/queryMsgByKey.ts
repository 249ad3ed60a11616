import { type Column, defineCommand } from "../../../src/cli/define-command.js";
import { bigLong, integer, text } from "../../../src/cli/options.js";
import { plainTable } from "../../../src/output/plain.js";
import { messageRecord, messageShape } from "../../../src/admin/message-text.js";
import { LONG_MAX, type Message, messagesByKey } from "../../../src/admin/messages.js";
import { PlainTextError } from "../../../src/admin/plain-text-error.js";

const HOUR_MS = 3_600_000;
/** Messages of one broker, if nobody says how many. */
const MOST = 64;

/** A message, and what the index of 5.5 calls its entry. */
interface Row {
  message: Message;
  indexKey: string;
}

const columns: Column<Row>[] = [
  { header: "#Message ID", key: "messageId", value: (row) => row.message.messageId },
  { header: "#QID", key: "queueId", value: (row) => row.message.queueId },
  { header: "#Offset", key: "queueOffset", value: (row) => row.message.queueOffset },
];
const indexColumn: Column<Row> = { header: "#IndexKey", key: "indexKey" };
const FORMAT = "%-50s %4d %40d";

const options = {
  topic: text("-t, --topic <topic>", "Topic name")
    .required()
    .formerly("4.9.0", { description: "topic name" })
    .completes("topic"),
  msgKey: text("-k, --msgKey <key>", "Message Key").required(),
  beginTimestamp: bigLong(
    "-b, --beginTimestamp <ms>",
    "Begin timestamp(ms). default:0, eg:1676730526212",
  )
    .default(0n)
    .since("5.1.1"),
  endTimestamp: bigLong(
    "-e, --endTimestamp <ms>",
    "End timestamp(ms). default:Long.MAX_VALUE, eg:1676730526212",
  )
    .default(LONG_MAX)
    .since("5.1.1"),
  maxNum: integer(
    "-m, --maxNum <count>",
    "The maximum number of messages returned by the query, default:64",
  ).since("5.3.1"),
  cluster: text(
    "-c, --cluster <cluster>",
    "Cluster name or lmq parent topic, lmq is used to find the route.",
  )
    .since("5.3.1")
    .completes("cluster"),
  keyType: text(
    "-p, --keyType <K|T>",
    "Index key type, default index key type is K, you can use K for keys OR T for tags",
  )
    .default("K")
    .since("5.5.0"),
  lastKey: text("-l, --lastKey <key>", "Last Key").since("5.5.0"),
};

export default defineCommand<typeof options, Row>({
  name: "queryMsgByKey",
  summary: "Query Message by Key.",
  formerSummary: [{ before: "5.0.0", summary: "Query Message by Key" }],
  impact: "read",
  options,
  examples: [
    { line: "mqadmin queryMsgByKey -t pay-events -k order-77", says: "messages that carry a key" },
    {
      line: "mqadmin queryMsgByKey -t pay-events -k TagA -p T",
      says: "those of a tag, where brokers of 5.5 keep an index of tags",
    },
  ],
  run: async ({ admin, note }, given) => {
    const { topic, msgKey: key, keyType, maxNum = MOST, cluster, lastKey } = given;
    if (keyType !== "K" && keyType !== "T") {
      throw new PlainTextError("index type error, just support K for keys or T for tags", {
        kind: "usage",
      });
    }
    const found = await messagesByKey(admin, {
      ...{ topic, key, maxNum, cluster, lastKey, indexType: keyType },
      begin: given.beginTimestamp,
      end: given.endTimestamp,
    });
    // who names a number knows that there may be more
    if (given.maxNum === undefined && found.length >= MOST)
      note(`there may be more than these ${found.length} messages: -m asks for more`);
    return found.map((message) => ({
      message,
      indexKey: indexKeyOf(message, { topic, keyType, key }),
    }));
  },
  columns: [...columns, indexColumn],
  record: ({ message, indexKey }) => ({ ...messageRecord(message), indexKey }),
  shape: { ...messageShape, indexKey: "string" },
  plain: (rows, _options, { compat }) =>
    compat.isBefore("5.5.0")
      ? plainTable({ columns, format: FORMAT }, rows)
      : plainTable({ columns: [...columns, indexColumn], format: `${FORMAT} %-200s` }, rows),
});

/** What -l takes to go on behind a message. */
function indexKeyOf(
  message: Message,
  { topic, keyType, key }: { topic: string; keyType: string; key: string },
): string {
  const hour = Math.trunc(message.storeTimestamp / HOUR_MS) * HOUR_MS;
  return [hour, topic, keyType, key, message.messageId, message.physicalOffset].join("@");
}
