import { defineCommand } from "../../../src/cli/define-command.js";
import { boolean, dateTime, integer, text } from "../../../src/cli/options.js";
import { printf } from "../../../src/output/printf.js";
import { checkCharset, decodeText } from "../../../src/admin/charset.js";
import { isOlderText } from "../../../src/admin/plain-text-error.js";
import { messageLine, messageRecord, messageShape } from "../../../src/admin/message-text.js";
import { QueueReader, type ReceivedMessage } from "../../../src/admin/queue-reader.js";
import { readQueue } from "../../../src/admin/reading.js";

/** A message, or at the end how many carry a tag. */
type Row = { message: ReceivedMessage } | { tag: string; count: number };

const options = {
  topic: text("-t, --topic <topic>", "topic name").required().completes("topic"),
  brokerName: text("-a, --brokerName  <name>", "broker name").required(),
  queueId: integer("-i, --queueId  <id>", "queue id").required(),
  charsetName: text("-c, --charsetName  <charset>", "CharsetName(eg: UTF-8,GBK)").default("UTF-8"),
  subExpression: text(
    "-s, --subExpression  <tags>",
    "Subscribe Expression(eg: TagA || TagB)",
  ).default("*"),
  beginTimestamp: dateTime(
    "-b, --beginTimestamp  <time>",
    "Begin timestamp[currentTimeMillis|yyyy-MM-dd#HH:mm:ss:SSS]",
  ),
  endTimestamp: dateTime(
    "-e, --endTimestamp  <time>",
    "End timestamp[currentTimeMillis|yyyy-MM-dd#HH:mm:ss:SSS]",
  ),
  print: boolean("-p, --print msg <flag>", "print msg. eg: true | false(default)").default(false),
  printBody: boolean("-d, --printBody  <flag>", "print body. eg: true | false(default)").default(
    false,
  ),
  calculate: boolean(
    "-f, --calculate <flag>",
    "calculate by tag. eg: true | false(default)",
  ).default(false),
};

export default defineCommand<typeof options, Row>({
  name: "printMsgByQueue",
  summary: "Print Message Detail by queueId.",
  formerSummary: [{ before: "5.0.0", summary: "Print Message Detail" }],
  impact: "read",
  options,
  examples: [
    {
      line: "mqadmin printMsgByQueue -t pay-events -a broker-a -i 0 -p true -d true",
      says: "the messages of one queue with their bodies",
    },
    {
      line: "mqadmin printMsgByQueue -t pay-events -a broker-a -i 0 -f true",
      says: "how many of them carry which tag",
    },
  ],
  run: async function* ({ admin, compat, progress, signal }, given): AsyncGenerator<Row> {
    checkCharset(given.charsetName);
    const { topic, brokerName, queueId, print, calculate } = given;
    const queue = { topic, brokerName, queueId };
    const reader = new QueueReader(admin);
    const bounds = await reader.bounds(queue, {
      begin: given.beginTimestamp,
      end: given.endTimestamp,
    });
    if (!print && !calculate) return;
    const counts = new Map<string, number>();
    const range = {
      ...bounds,
      end: given.endTimestamp,
      expression: given.subExpression,
      wholePulls: isOlderText(compat),
      signal,
    };
    for await (const reading of readQueue(reader, queue, range)) {
      if (reading.kind !== "message") continue;
      const { message } = reading;
      progress.say(`offset ${message.queueOffset} of ${bounds.max}`);
      if (message.tags !== undefined) counts.set(message.tags, (counts.get(message.tags) ?? 0) + 1);
      if (print) yield { message };
    }
    if (calculate) yield* [...counts].sort(mostFirst).map(([tag, count]) => ({ tag, count }));
  },
  columns: [],
  record: (row) => ("message" in row ? messageRecord(row.message) : row),
  shape: {
    ...Object.fromEntries(
      Object.entries(messageShape).map(([key, shape]) => [
        key.endsWith("?") ? key : `${key}?`,
        shape,
      ]),
    ),
    "tag?": "string",
    "count?": "integer",
  },
  async *plain(rows, { printBody, charsetName }, { compat }) {
    for await (const row of rows) {
      if ("message" in row) {
        const { message } = row;
        yield messageLine(
          message,
          printBody ? decodeText(message.body, charsetName) : "NOT PRINT BODY",
          compat,
        );
      } else yield printf("Tag: %-30s Count: %s%n", row.tag, row.count);
    }
  },
});

function mostFirst([, a]: [string, number], [, b]: [string, number]): number {
  return b - a;
}
