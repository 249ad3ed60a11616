import { defineCommand } from "../../../src/cli/define-command.js";
import { integer, long, text } from "../../../src/cli/options.js";
import {
  type ConsumeQueueEntry,
  queueEntries,
  queuePaths,
} from "../../../src/inspect/consume-queue.js";

export default defineCommand({
  name: "consumequeue",
  summary: "List the entries of consume queues",
  impact: "read",
  offline: true,
  options: {
    topic: text("-t, --topic <topic>", "only this topic"),
    queue: integer("-q, --queue <id>", "only this queue"),
    from: long("--from <offset>", "from this queue offset on"),
    to: long("--to <offset>", "up to, and without, this queue offset"),
    count: integer("-n, --count <count>", "at most so many entries"),
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
  ],
  *run(context, { topic, queue, from, to, count }, [path = ""]): Generator<ConsumeQueueEntry> {
    let found = 0;
    for (const one of queuePaths(path)) {
      if (topic !== undefined && one.topic !== topic) continue;
      if (queue !== undefined && one.queueId !== queue) continue;
      for (const entry of queueEntries(one)) {
        if (context.signal.aborted) return;
        if (from !== undefined && entry.queueOffset < from) continue;
        if (to !== undefined && entry.queueOffset >= to) break;
        yield entry;
        if (++found === count) return;
      }
    }
  },
  columns: [
    { header: "TOPIC", key: "topic" },
    { header: "QUEUE", key: "queueId", type: "integer" },
    { header: "QOFFSET", key: "queueOffset", type: "integer" },
    { header: "OFFSET", key: "physicalOffset", type: "integer" },
    { header: "SIZE", key: "size", type: "integer" },
    { header: "TAGSCODE", key: "tagsCode", type: "integer" },
    { header: "FILE", key: "file", machineOnly: true },
  ],
});
