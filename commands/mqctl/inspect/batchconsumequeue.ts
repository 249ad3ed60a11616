import { defineCommand } from "../../../src/cli/define-command.js";
import { long } from "../../../src/cli/options.js";
import {
  type BatchQueueEntry,
  batchQueueEntries,
  batchQueueFields,
  behindBatch,
} from "../../../src/inspect/batch-queue.js";
import { hexOptions, hexVariant } from "../../../src/inspect/hex-variant.js";
import { queueTail } from "../../../src/inspect/queue-tail.js";
import { streamRows } from "../../../src/inspect/row-stream.js";
import { listingOptions, unitFilter, unitOptions } from "../../../src/inspect/unit-options.js";
import type { Bursts } from "../../../src/output/bursts.js";

export default defineCommand({
  name: "batchconsumequeue",
  summary: "List the units of batch consume queues (queue.type=BatchCQ of 5.x)",
  impact: "read",
  offline: true,
  options: {
    ...unitOptions,
    from: long("--from <offset>", "from the batch with this queue offset on"),
    to: long("--to <offset>", "up to, and without, the batch that begins at this queue offset"),
    ...listingOptions,
    ...hexOptions,
  },
  words: [
    {
      name: "path",
      description:
        "a store, its batchconsumequeue folder, a topic's or a queue's folder, or one file",
      required: true,
    },
  ],
  examples: [
    {
      line: "mqctl inspect batchconsumequeue ~/store -t orders",
      says: "which messages each batch holds, and where it is",
    },
  ],
  run(context, options, [path = ""]): Bursts<BatchQueueEntry> {
    const { topic, queue, from, to, count, follow } = options;
    const isWanted = unitFilter(options);
    const read = queueTail(path, {
      part: "batchconsumequeue",
      choice: { topic, queue },
      first: 0,
      rows: batchQueueEntries,
      behind: behindBatch,
      isEnd: (entry) => to !== undefined && entry.baseOffset >= to,
    });
    return streamRows(context, {
      read,
      accepts: (entry) =>
        (from === undefined || entry.baseOffset + entry.batchSize > from) && isWanted(entry),
      count,
      follow,
    });
  },
  instead: { hex: hexVariant(batchQueueFields) },
  columns: [
    { header: "TOPIC", key: "topic" },
    { header: "QUEUE", key: "queueId", type: "integer" },
    { header: "QOFFSET", key: "baseOffset", type: "integer" },
    { header: "MESSAGES", key: "batchSize", type: "integer" },
    { header: "OFFSET", key: "physicalOffset", type: "integer" },
    { header: "SIZE", key: "size", type: "integer" },
    { header: "TAGSCODE", key: "tagsCode", type: "integer" },
    { header: "STORED", key: "storeTimestamp", kind: "time" },
    { header: "COMPACTED", key: "compactedOffset", type: "integer", machineOnly: true },
    { header: "POSITION", key: "position", type: "integer", machineOnly: true },
    { header: "FILE", key: "file", machineOnly: true },
  ],
});
