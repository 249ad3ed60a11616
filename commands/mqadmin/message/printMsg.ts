import { defineCommand } from "../../../src/cli/define-command.js";
import { boolean, dateTime, text } from "../../../src/cli/options.js";
import { decodeText, unknownCharset } from "../../../src/admin/charset.js";
import { isOlderText, upstreamPrints } from "../../../src/admin/plain-text-error.js";
import { messageShape } from "../../../src/admin/message-text.js";
import { QueueReader, readableQueues } from "../../../src/admin/queue-reader.js";
import { type Reading, readingRecord, readingText, readQueue } from "../../../src/admin/reading.js";

const RULE = `${"-".repeat(56)}\n`;

const options = {
  topic: text("-t, --topic <topic>", "topic name").required().completes("topic"),
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
  printBody: boolean("-d, --printBody  <flag>", "print body").default(true),
  lmqParentTopic: text(
    "-l, --lmqParentTopic <topic>",
    "Lmq parent topic, lmq is used to find the route.",
  ).since("5.3.2"),
};

export default defineCommand<typeof options, Reading>({
  name: "printMsg",
  summary: "Print Message Detail.",
  formerSummary: [{ before: "5.0.0", summary: "Print Message Detail" }],
  impact: "read",
  options,
  examples: [
    { line: "mqadmin printMsg -t pay-events", says: "all messages, queue after queue" },
    {
      line: "mqadmin printMsg -t pay-events -s TagA -d false",
      says: "those with a tag, without bodies",
    },
  ],
  run: async function* ({ admin, compat, progress, signal }, given): AsyncGenerator<Reading> {
    const isOlder = isOlderText(compat);
    const noText = unknownCharset(given.charsetName);
    if (noText !== undefined && !isOlder) throw noText;
    const reader = new QueueReader(admin);
    const times = { begin: given.beginTimestamp, end: given.endTimestamp };
    const queues = await readableQueues(admin, given.topic, given.lmqParentTopic);
    for (const [at, queue] of queues.entries()) {
      if (signal.aborted) return;
      progress.say(`queue ${at + 1} of ${queues.length}`);
      const bounds = await reader.bounds(queue, times);
      yield { kind: "bounds", queue, ...bounds };
      const range = {
        ...bounds,
        end: times.end,
        expression: given.subExpression,
        wholePulls: isOlder,
        signal,
      };
      for await (const reading of readQueue(reader, queue, range)) {
        if (reading.kind === "message")
          progress.say(
            `queue ${at + 1} of ${queues.length}, offset ${reading.message.queueOffset} of ${bounds.max}`,
          );
        if (noText === undefined || reading.kind !== "message") yield reading;
      }
      yield { kind: "end", queue };
    }
    // upstream leaves out every message whose text it cannot make
    if (noText !== undefined) throw upstreamPrints("", noText);
  },
  columns: [],
  record: readingRecord,
  shape: messageShape,
  async *plain(rows, { printBody, charsetName }, { compat }) {
    const isOld = compat.isBefore("4.9.4");
    const style = {
      body: (message: { body: Buffer }): string =>
        printBody ? decodeText(message.body, charsetName) : "NOT PRINT BODY",
      release: compat,
      end: isOld ? "" : "\n",
    } as const;
    for await (const row of rows) {
      if (row.kind !== "end") yield readingText(row, style);
      else if (!isOld) yield RULE;
    }
  },
});
