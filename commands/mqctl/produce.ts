import type { Context } from "../../src/cli/context.js";
import { defineCommand } from "../../src/cli/define-command.js";
import { UsageError } from "../../src/cli/exit-codes.js";
import { duration, flag, integer, rawText, text } from "../../src/cli/options.js";
import {
  type InputMessage,
  messagesOfJson,
  messagesOfLines,
  openInput,
  wholeInput,
} from "../../src/messaging/read-messages.js";
import type { Sent } from "../../src/messaging/send-all.js";
import type { Bursts } from "../../src/output/bursts.js";

function parseProperties(words: readonly string[]): Record<string, string> {
  const properties: Record<string, string> = {};
  for (const word of words) {
    const equals = word.indexOf("=");
    if (equals <= 0) throw new UsageError(`--property: ${word} is not name=value`);
    properties[word.slice(0, equals)] = word.slice(equals + 1);
  }
  return properties;
}

interface ProduceOptions {
  topic: string | undefined;
  key: string | undefined;
  tag: string | undefined;
  property: readonly string[];
  delayLevel: number | undefined;
  body: string | undefined;
  whole: boolean;
  json: boolean;
  anyQueue: boolean;
}

/** The messages that a command line asks for. */
async function messagesOf(
  context: Context,
  options: ProduceOptions,
  { file, passedOver }: { file: string | undefined; passedOver: (topic: string) => void },
): Promise<AsyncIterable<InputMessage>> {
  const { topic, json, whole, body, anyQueue } = options;
  if (topic === undefined && !json) throw new UsageError("Missing required option: t");
  if (json && (whole || body !== undefined))
    throw new UsageError("--json goes with neither --whole nor --body");
  if (body !== undefined && file !== undefined)
    throw new UsageError("--body is the message: there is no file to read");
  const template = {
    topic: topic ?? "",
    tags: options.tag,
    keys: options.key,
    properties: parseProperties(options.property),
    delayLevel: options.delayLevel,
  };
  if (body !== undefined) return one({ ...template, body: Buffer.from(body) });
  const input = openInput(context.streams.stdin, file);
  if (json) return messagesOfJson(input, { ...template, topic }, { anyQueue, passedOver });
  return whole
    ? one({ ...template, body: await wholeInput(input) })
    : messagesOfLines(input, template);
}

async function* one(message: InputMessage["message"]): AsyncGenerator<InputMessage> {
  yield await Promise.resolve({ line: undefined, message });
}

export default defineCommand({
  name: "produce",
  summary: "Send messages: one per line of standard input or of a file",
  impact: "write",
  unasked: true,
  options: {
    topic: text(
      "-t, --topic <topic>",
      "topic; with --json it may be left out where the records name theirs",
    ).completes("topic"),
    group: text("-g, --group <group>", "producer group").default("mqctl_producer"),
    key: text("--key <keys>", "keys of every message, separated by blanks"),
    tag: text("--tag <tag>", "tag of every message"),
    property: rawText(
      "--property <name=value>",
      "a property of every message; may be repeated",
    ).repeated(),
    delayLevel: integer(
      "--delay-level <level>",
      "deliver later, by the broker's messageDelayLevel (1 is the first)",
    ),
    body: rawText("--body <text>", "send this one message and read nothing"),
    whole: flag("--whole", "the whole input is one message"),
    json: flag(
      "--json",
      "each line is a JSON record: topic, body or bodyBase64, tags, keys, properties, flag, queueId",
    ),
    anyQueue: flag(
      "--any-queue",
      "with --json: take turns with the queues of the topic, also where records name theirs",
    ),
    timeout: duration("--timeout <span>", "deadline of one message, 3s if not given").default(3000),
  },
  words: [{ name: "file", description: "file to read; standard input without it" }],
  examples: [
    { line: "seq 1 100 | mqctl produce -t orders", says: "a hundred messages" },
    {
      line: "mqctl produce -t orders --tag paid --key o-17 --body '{\"id\":17}'",
      says: "one message",
    },
    {
      line: "mqctl consume -t orders -g copy --output jsonl | mqctl produce --json -t orders_copy",
      says: "copies messages with tags, keys and properties",
    },
    {
      line: "mqctl store export ~/store -t orders | mqctl produce --json",
      says: "brings the messages of a dead broker back; ids, offsets and times are new",
    },
  ],
  run: async (context, options, [file]): Promise<Bursts<Sent>> => {
    const { produce } = await import("../../src/messaging/produce.js");
    const passed = new Map<string, number>();
    const passedOver = (topic: string): void => {
      passed.set(topic, (passed.get(topic) ?? 0) + 1);
    };
    const note = (line: string): void => {
      context.note(line);
      for (const [topic, count] of passed)
        context.note(`passed over ${String(count)} of ${topic}, which brokers keep for themselves`);
    };
    const messages = await messagesOf(context, options, { file, passedOver });
    return await context.admin.use((client) =>
      Promise.resolve(
        produce(client, messages, {
          group: options.group,
          timeoutMs: options.timeout,
          signal: context.signal,
          note,
        }),
      ),
    );
  },
  columns: [
    { header: "LINE", key: "line", type: "integer", machineOnly: true },
    { header: "TOPIC", key: "topic" },
    { header: "STATUS", key: "status", value: ({ result }) => result.status },
    { header: "BROKER", key: "brokerName", value: ({ result }) => result.queue.brokerName },
    {
      header: "QUEUE",
      key: "queueId",
      type: "integer",
      value: ({ result }) => result.queue.queueId,
    },
    {
      header: "QOFFSET",
      key: "queueOffset",
      type: "integer",
      value: ({ result }) => result.queueOffset,
    },
    { header: "MSGID", key: "msgId", value: ({ result }) => result.msgId },
    { header: "OFFSETMSGID", key: "offsetMsgId", value: ({ result }) => result.offsetMsgId },
  ],
  // Quiet, as a filter in a pipe: the count goes to standard error.
  async *plain(rows) {
    for await (const row of rows)
      if (row.result.status !== "SEND_OK") yield `${row.result.msgId} ${row.result.status}\n`;
  },
});
