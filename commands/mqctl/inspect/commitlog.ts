import { createHash } from "node:crypto";
import { messageOf } from "../../../engine/base/errors.js";
import type { Host } from "../../../engine/message/host.js";
import type { Message } from "../../../engine/message/message.js";
import { mapOf } from "../../../src/output/shape.js";
import { defineCommand } from "../../../src/cli/define-command.js";
import { ExitCode } from "../../../src/cli/exit-codes.js";
import { dateTime, integer, long, text } from "../../../src/cli/options.js";
import { bodyReady, CommitLogReader, type LogRecord } from "../../../src/inspect/commit-log.js";
import { isoTime } from "../../../src/output/cell.js";

interface Filter {
  topic?: string | undefined;
  queue?: number | undefined;
  tag?: string | undefined;
  key?: string | undefined;
  begin?: number | undefined;
  end?: number | undefined;
}

function hostText({ address, port }: Host): string {
  return address.includes(":") ? `[${address}]:${String(port)}` : `${address}:${String(port)}`;
}

function matches(message: Message, filter: Filter): boolean {
  return (
    (filter.topic === undefined || message.topic === filter.topic) &&
    (filter.queue === undefined || message.queueId === filter.queue) &&
    (filter.tag === undefined || message.tags === filter.tag) &&
    (filter.key === undefined ||
      message.keyList.includes(filter.key) ||
      message.uniqKey === filter.key) &&
    (filter.begin === undefined || message.storeTimestamp >= filter.begin) &&
    (filter.end === undefined || message.storeTimestamp <= filter.end)
  );
}

/** The body as a consumer sees it; a compressed one that does not inflate is reported, not fatal. */
function bodyOf(message: Message): {
  bodyLength: number | null;
  bodySha256: string | null;
  bodyProblem?: string;
} {
  try {
    return {
      bodyLength: message.body.length,
      bodySha256: createHash("sha256").update(message.body).digest("hex"),
    };
  } catch (error) {
    return { bodyLength: null, bodySha256: null, bodyProblem: messageOf(error) };
  }
}

export default defineCommand({
  name: "commitlog",
  summary: "List the messages of a commit log, of a running broker or a dead one",
  impact: "read",
  offline: true,
  options: {
    topic: text("-t, --topic <topic>", "only this topic"),
    queue: integer("-q, --queue <id>", "only this queue"),
    tag: text("--tag <tag>", "only messages with this tag"),
    key: text("--key <key>", "only messages with this key or unique id"),
    begin: dateTime("--begin <time>", "stored at this time or later"),
    end: dateTime("--end <time>", "stored at this time or earlier"),
    from: long("--from <offset>", "from this physical offset on"),
    to: long("--to <offset>", "up to, and without, this physical offset"),
    count: integer("-n, --count <count>", "at most so many messages"),
  },
  words: [
    { name: "path", description: "a store, its commitlog folder, or one file", required: true },
  ],
  examples: [
    {
      line: "mqctl inspect commitlog ~/store -t orders -n 20",
      says: "the first twenty messages of a topic",
    },
    {
      line: "mqctl inspect commitlog ./commitlog --output jsonl",
      says: "everything, one JSON object a line",
    },
  ],
  async *run(context, { from, to, count, ...filter }, [path = ""]): AsyncGenerator<LogRecord> {
    const reader = new CommitLogReader(path);
    let found = 0;
    for (const record of reader.records({ from, to })) {
      if (context.signal.aborted) return;
      if (!matches(record.message, filter)) continue;
      const ready = bodyReady(record.message);
      if (ready !== undefined) await ready;
      yield record;
      if (record.crc === "bad") context.exitWith(ExitCode.corrupt);
      if (++found === count) return;
    }
    if (reader.end?.state === "torn") {
      context.note(
        `torn at offset ${String(reader.end.offset)}: ${reader.end.reason ?? "no record"}`,
      );
      context.exitWith(ExitCode.corrupt);
    } else if (reader.end !== undefined) {
      context.note(`ends at offset ${String(reader.end.offset)}`);
    }
  },
  columns: [
    { header: "OFFSET", key: "physicalOffset" },
    { header: "SIZE", key: "storeSize", value: ({ message }) => message.storeSize },
    { header: "TOPIC", key: "topic", value: ({ message }) => message.topic },
    { header: "QUEUE", key: "queueId", value: ({ message }) => message.queueId },
    { header: "QOFFSET", key: "queueOffset", value: ({ message }) => message.queueOffset },
    { header: "TAGS", key: "tags", value: ({ message }) => message.tags ?? null },
    { header: "KEYS", key: "keys", value: ({ message }) => message.keys ?? null },
    {
      header: "STORED",
      key: "storeTimestamp",
      kind: "time",
      value: ({ message }) => message.storeTimestamp,
    },
    { header: "CRC", key: "crc" },
  ],
  record: ({ physicalOffset, message, crc, file }) => ({
    physicalOffset,
    storeSize: message.storeSize,
    topic: message.topic,
    queueId: message.queueId,
    queueOffset: message.queueOffset,
    msgId: message.messageId,
    offsetMsgId: message.offsetMessageId,
    tags: message.tags ?? null,
    keys: message.keys ?? null,
    properties: Object.fromEntries(message.properties),
    flag: message.flag,
    sysFlag: message.sysFlag,
    bodyCrc: message.bodyCrc,
    crc,
    ...bodyOf(message),
    bornTimestamp: isoTime(message.bornTimestamp) ?? null,
    bornTimestampMs: message.bornTimestamp,
    bornHost: hostText(message.bornHost),
    storeTimestamp: isoTime(message.storeTimestamp) ?? null,
    storeTimestampMs: message.storeTimestamp,
    storeHost: hostText(message.storeHost),
    reconsumeTimes: message.reconsumeTimes,
    preparedTransactionOffset: message.preparedTransactionOffset,
    file,
  }),
  shape: {
    physicalOffset: "integer",
    storeSize: "integer",
    topic: "string",
    queueId: "integer",
    queueOffset: "integer",
    msgId: "string",
    offsetMsgId: "string",
    tags: "string?",
    keys: "string?",
    properties: mapOf("string"),
    flag: "integer",
    sysFlag: "integer",
    bodyCrc: "integer",
    crc: "string",
    bodyLength: "integer?",
    bodySha256: "string?",
    "bodyProblem?": "string",
    bornTimestamp: "time",
    bornHost: "string",
    storeTimestamp: "time",
    storeHost: "string",
    reconsumeTimes: "integer",
    preparedTransactionOffset: "integer",
    file: "string",
  },
});
