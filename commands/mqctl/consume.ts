import { isUtf8 } from "node:buffer";
import type { ReceivedMessage } from "../../engine/client/received-message.js";
import { defineCommand } from "../../src/cli/define-command.js";
import { mapOf } from "../../src/output/shape.js";
import { UsageError } from "../../src/cli/exit-codes.js";
import type { Bursts } from "../../src/output/bursts.js";
import { dateTimeOr, flag, integer, text } from "../../src/cli/options.js";

/** The body as text where it is UTF-8, else undefined. */
function bodyText(body: Buffer): string | undefined {
  return isUtf8(body) ? body.toString("utf8") : undefined;
}

export default defineCommand({
  name: "consume",
  summary: "Print the messages of a topic as a member of a group, and commit what was printed",
  impact: "write",
  unasked: true,
  resident: true,
  options: {
    topic: text("-t, --topic <topic>", "topic").required().completes("topic"),
    group: text("-g, --group <group>", "consumer group; its offsets are committed")
      .required()
      .completes("group"),
    count: integer(
      "-n, --count <count>",
      "at most so many messages; here the name server is --namesrvAddr",
    ),
    follow: flag("-f, --follow", "wait for further messages until Ctrl-C"),
    from: dateTimeOr(
      "--from <place>",
      "first, last or a time: begin there, whatever the group has committed",
      ["first", "last"],
    ),
    tag: text("--tag <expression>", "only these tags: a || b").default("*"),
  },
  examples: [
    {
      line: "mqctl consume -t orders -g billing -n 10",
      says: "the next ten messages of the group",
    },
    {
      line: "mqctl consume -t orders -g audit --from first --follow --output jsonl",
      says: "all from the beginning, then as they come",
    },
  ],
  run: async (context, { tag, ...options }): Promise<Bursts<ReceivedMessage>> => {
    if ((options.count ?? 0) < 0) throw new UsageError("-n: a count is not negative");
    const { consume } = await import("../../src/messaging/consume.js");
    const { signal, note } = context;
    return await context.admin.use((client) =>
      consume(client, { ...options, expression: tag, signal, note }),
    );
  },
  columns: [
    { header: "TOPIC", key: "topic" },
    { header: "BROKER", key: "brokerName" },
    { header: "QUEUE", key: "queueId" },
    { header: "QOFFSET", key: "queueOffset" },
    { header: "MSGID", key: "msgId", value: (message) => message.messageId },
    { header: "TAGS", key: "tags", value: (message) => message.tags ?? null },
    { header: "KEYS", key: "keys", value: (message) => message.keys ?? null },
    { header: "STORED", key: "storeTimestamp", kind: "time" },
    { header: "BODY", key: "body", value: (message) => bodyText(message.body) ?? null },
  ],
  record: (message) => {
    const body = bodyText(message.body);
    return {
      topic: message.topic,
      brokerName: message.brokerName,
      queueId: message.queueId,
      queueOffset: message.queueOffset,
      msgId: message.messageId,
      offsetMsgId: message.offsetMessageId,
      tags: message.tags ?? null,
      keys: message.keys ?? null,
      properties: Object.fromEntries(message.properties),
      flag: message.flag,
      bornTimestamp: new Date(message.bornTimestamp).toISOString(),
      bornTimestampMs: message.bornTimestamp,
      storeTimestamp: new Date(message.storeTimestamp).toISOString(),
      storeTimestampMs: message.storeTimestamp,
      reconsumeTimes: message.reconsumeTimes,
      // one of them: what is no text goes out as base64
      body: body ?? null,
      bodyBase64: body === undefined ? message.body.toString("base64") : null,
    };
  },
  shape: {
    topic: "string",
    brokerName: "string",
    queueId: "integer",
    queueOffset: "integer",
    msgId: "string",
    offsetMsgId: "string",
    tags: "string?",
    keys: "string?",
    properties: mapOf("string"),
    flag: "integer",
    bornTimestamp: "time",
    storeTimestamp: "time",
    reconsumeTimes: "integer",
    body: "string?",
    bodyBase64: "string?",
  },
  // One body per line; what is no text goes out as base64, so that the stream stays text.
  async *plain(rows) {
    for await (const { body } of rows) yield `${bodyText(body) ?? body.toString("base64")}\n`;
  },
});
