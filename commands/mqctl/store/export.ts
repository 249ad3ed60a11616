import type { Context } from "../../../src/cli/context.js";
import { defineCommand } from "../../../src/cli/define-command.js";
import { ExitCode } from "../../../src/cli/exit-codes.js";
import { dateTime, flag, integer, text } from "../../../src/cli/options.js";
import { bodyReady, CommitLogReader } from "../../../src/inspect/commit-log.js";
import { logFolderOptions, logFolders } from "../../../src/inspect/log-folders.js";
import type { LogGap } from "../../../src/inspect/log-resume.js";
import {
  type ExportedMessage,
  exportedMessage,
  exportedShape,
  isChosen,
} from "../../../src/inspect/export-record.js";

/** So many gaps are told one by one. */
const MOST_TOLD = 100;

/** Tells which bytes of the log are not in the export. */
class LeftOut {
  private count = 0;
  private bytes = 0;
  private readonly context: Context;

  constructor(context: Context) {
    this.context = context;
  }

  add({ from, to, reason }: LogGap): void {
    this.bytes += to - from;
    this.context.exitWith(ExitCode.corrupt);
    if (++this.count > MOST_TOLD) return;
    this.context.note(`left out: offsets ${String(from)} to ${String(to)}: ${reason}`);
  }

  sum(): void {
    const { count, bytes, context } = this;
    if (count === 0) return;
    const places = count === 1 ? "one place" : `${String(count)} places`;
    context.note(`${String(bytes)} bytes in ${places} of the log were left out`);
  }
}

export default defineCommand({
  name: "export",
  summary: "Write the messages of a store as JSON lines, with all that is stored of them",
  impact: "read",
  offline: true,
  options: {
    topic: text("-t, --topic <topic>", "only this topic; may be repeated").repeated(),
    queue: integer("-q, --queue <id>", "only this queue"),
    key: text("--key <key>", "only messages with this key or unique id"),
    tag: text("--tag <tag>", "only messages with this tag"),
    begin: dateTime("--begin <time>", "stored at this time or later"),
    end: dateTime("--end <time>", "stored at this time or earlier"),
    count: integer("-n, --count <count>", "at most so many messages"),
    ...logFolderOptions,
    storedBody: flag(
      "--stored-body",
      "add the bytes of compressed bodies as they are stored (storedBodyBase64)",
    ),
  },
  words: [
    {
      name: "path",
      description: "a store of a running or a dead broker, its commitlog folder, or one file",
      required: true,
    },
  ],
  examples: [
    {
      line: "mqctl store export ~/store -t orders > orders.jsonl",
      says: "a topic, one message a line; mqctl produce --json sends them",
    },
    {
      line: "mqctl store export ~/store --begin 2026-11-20T08:00 --end 2026-11-20T09:00 --key o-17",
      says: "what was stored of an order in an hour",
    },
  ],
  async *run(
    context,
    { topic, count, storedBody, configFile, commitlog, ...choice },
    [path = ""],
  ): AsyncGenerator<ExportedMessage> {
    const reader = new CommitLogReader(path, logFolders(path, { configFile, commitlog }));
    const chosen = { ...choice, topics: topic };
    let found = 0;
    let broken = 0;
    let read = 0;
    const left = new LeftOut(context);
    const onGap = left.add.bind(left);
    for (const record of reader.records({ onGap })) {
      // where nothing is chosen nothing else would let signals through
      if (++read % 10_000 === 0) await new Promise((resolve) => setImmediate(resolve));
      if (context.signal.aborted) return;
      if (!isChosen(record.message, chosen)) continue;
      const ready = bodyReady(record.message);
      if (ready !== undefined) await ready;
      const message = exportedMessage(record, { storedBody });
      yield message;
      if (record.crc === "bad" || message.bodyProblem !== undefined) broken++;
      if (++found === count) break;
    }
    const { end } = reader;
    context.note(`${String(found)} ${found === 1 ? "message" : "messages"} written`);
    left.sum();
    if (broken > 0) {
      context.note(`${String(broken)} of them with a body that is not as it was sent (crc: bad)`);
      context.exitWith(ExitCode.corrupt);
    }
    if (end?.state === "torn") {
      context.note(
        `torn at offset ${String(end.offset)}: ${end.reason ?? "no record"}; no whole record is behind it`,
      );
      context.note("mqctl store verify says what is there, and store repair leads over it");
      context.exitWith(ExitCode.corrupt);
    } else if (end !== undefined) context.note(`the log ends at offset ${String(end.offset)}`);
  },
  columns: [
    { header: "OFFSET", key: "physicalOffset" },
    { header: "TOPIC", key: "topic" },
    { header: "QUEUE", key: "queueId" },
    { header: "QOFFSET", key: "queueOffset" },
    { header: "MSGID", key: "msgId" },
    { header: "TAGS", key: "tags" },
    { header: "KEYS", key: "keys" },
    { header: "STORED", key: "storeTimestamp", kind: "time", value: (row) => row.storeTimestampMs },
    { header: "BODY", key: "body" },
  ],
  record: (row) => row,
  shape: exportedShape,
  async *plain(rows) {
    for await (const row of rows) yield `${JSON.stringify(row)}\n`;
  },
});
