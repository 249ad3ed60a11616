import { defineCommand } from "../../../src/cli/define-command.js";
import { flag, integer, long, text } from "../../../src/cli/options.js";
import {
  type ConsumeQueueEntry,
  consumeQueueFields,
  queueEntries,
  tagHash,
} from "../../../src/inspect/consume-queue.js";
import { hexOptions, hexVariant } from "../../../src/inspect/hex-variant.js";
import { queueTail } from "../../../src/inspect/queue-tail.js";
import { streamRows } from "../../../src/inspect/row-stream.js";
import type { Bursts } from "../../../src/output/bursts.js";

export default defineCommand({
  name: "consumequeue",
  summary: "List the entries of consume queues",
  impact: "read",
  offline: true,
  options: {
    topic: text("-t, --topic <topic>", "only this topic"),
    queue: integer("-q, --queue <id>", "only this queue"),
    tag: text("--tag <tag>", "only entries with the hash of this tag"),
    from: long("--from <offset>", "from this queue offset on"),
    to: long("--to <offset>", "up to, and without, this queue offset"),
    count: integer("-n, --count <count>", "at most so many entries"),
    follow: flag("-f, --follow", "wait for further entries until Ctrl-C"),
    ...hexOptions,
  },
  words: [
    {
      name: "path",
      description: "a store, its consumequeue folder, a topic's or a queue's folder, or one file",
      required: true,
    },
  ],
  examples: [
    { line: "mqctl inspect consumequeue ~/store -t orders -q 0", says: "the entries of one queue" },
    {
      line: "mqctl inspect consumequeue ~/store -t orders -q 0 --hex 340",
      says: "the bytes around the entry of queue offset 17",
    },
  ],
  run(
    context,
    { topic, queue, tag, from, to, count, follow },
    [path = ""],
  ): Bursts<ConsumeQueueEntry> {
    const hash = tag === undefined ? undefined : tagHash(tag);
    const tail = queueTail(path, {
      part: "consumequeue",
      choice: { topic, queue },
      first: from ?? 0,
      rows: queueEntries,
      behind: (entry) => entry.queueOffset + 1,
      isEnd: (entry) => to !== undefined && entry.queueOffset >= to,
    });
    return streamRows(context, {
      read: tail,
      accepts: (entry) => hash === undefined || entry.tagsCode === hash,
      count,
      follow,
    });
  },
  instead: { hex: hexVariant(consumeQueueFields) },
  columns: [
    { header: "TOPIC", key: "topic" },
    { header: "QUEUE", key: "queueId", type: "integer" },
    { header: "QOFFSET", key: "queueOffset", type: "integer" },
    { header: "OFFSET", key: "physicalOffset", type: "integer" },
    { header: "SIZE", key: "size", type: "integer" },
    { header: "TAGSCODE", key: "tagsCode", type: "integer" },
    { header: "EXTOFFSET", key: "extOffset", type: "integer?", machineOnly: true },
    { header: "FILE", key: "file", machineOnly: true },
  ],
});
