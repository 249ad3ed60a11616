import { createHash } from "node:crypto";
import { messageOf } from "../../../engine/base/errors.js";
import type { Host } from "../../../engine/message/host.js";
import type { Message } from "../../../engine/message/message.js";
import { mapOf } from "../../../src/output/shape.js";
import { defineCommand } from "../../../src/cli/define-command.js";
import { ExitCode } from "../../../src/cli/exit-codes.js";
import { dateTime, flag, integer, long, rawText, text } from "../../../src/cli/options.js";
import { bodyReady, type LogEnd, type LogRecord } from "../../../src/inspect/commit-log.js";
import { isChosen } from "../../../src/inspect/export-record.js";
import { hexOptions, hexVariant } from "../../../src/inspect/hex-variant.js";
import { logFolderOptions, logFolders } from "../../../src/inspect/log-folders.js";
import { LogTail } from "../../../src/inspect/log-tail.js";
import { commitLogFields } from "../../../src/inspect/record-fields.js";
import { streamRows } from "../../../src/inspect/row-stream.js";
import type { Bursts } from "../../../src/output/bursts.js";
import { isoTime } from "../../../src/output/cell.js";

function hostText({ address, port }: Host): string {
  return address.includes(":") ? `[${address}]:${String(port)}` : `${address}:${String(port)}`;
}

/** Whether a text is in the body, as a consumer sees it; a body that does not inflate has none. */
function hasText(message: Message, wanted: Buffer): boolean {
  try {
    return message.body.includes(wanted);
  } catch {
    return false;
  }
}

function endText({ offset, state, reason }: LogEnd): string {
  return state === "torn"
    ? `torn at offset ${String(offset)}: ${reason ?? "no record"}`
    : `ends at offset ${String(offset)}`;
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
    body: rawText("--body <text>", "only messages with this text in their body, inflated"),
    count: integer("-n, --count <count>", "at most so many messages"),
    follow: flag("-f, --follow", "wait for further messages until Ctrl-C"),
    ...logFolderOptions,
    ...hexOptions,
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
      line: "mqctl inspect commitlog ~/store --begin now --follow --body o-17",
      says: "messages of an order, as a broker writes them",
    },
    {
      line: "mqctl inspect commitlog ~/store --hex 1048660",
      says: "the bytes around an offset, and which field of which record they are",
    },
    {
      line: "mqctl inspect commitlog ./commitlog --output jsonl",
      says: "everything, one JSON object a line",
    },
  ],
  run(
    context,
    { from, to, count, topic, body, follow, configFile, commitlog, ...given },
    [path = ""],
  ): Bursts<LogRecord> {
    const { hex: _hex, around: _around, ...choice } = given;
    const tail = new LogTail(
      path,
      { from, to },
      { note: context.note, folders: logFolders(path, { configFile, commitlog }) },
    );
    const chosen = { ...choice, topics: topic === undefined ? [] : [topic] };
    const wanted = body === undefined ? undefined : Buffer.from(body);
    let hasBad = false;
    const fits = ({ message, crc }: LogRecord): boolean => {
      if (wanted !== undefined && !hasText(message, wanted)) return false;
      hasBad ||= crc === "bad";
      return true;
    };
    return streamRows(context, {
      read: () => tail.read(),
      accepts: (record) => {
        if (!isChosen(record.message, chosen)) return false;
        const ready = bodyReady(record.message);
        return ready === undefined ? fits(record) : ready.then(() => fits(record));
      },
      count,
      follow,
      isOver: () => {
        tail.noteTorn();
        return tail.isOver;
      },
      ended: () => {
        if (hasBad || tail.end?.state === "torn") context.exitWith(ExitCode.corrupt);
        if (tail.end !== undefined) context.note(endText(tail.end));
      },
    });
  },
  instead: { hex: hexVariant(commitLogFields) },
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
