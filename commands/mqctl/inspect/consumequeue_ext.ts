import { defineCommand } from "../../../src/cli/define-command.js";
import { long } from "../../../src/cli/options.js";
import {
  type ExtQueueUnit,
  extQueueFields,
  extQueueUnits,
} from "../../../src/inspect/ext-queue.js";
import { hexOptions, hexVariant } from "../../../src/inspect/hex-variant.js";
import { queueTail } from "../../../src/inspect/queue-tail.js";
import { streamRows } from "../../../src/inspect/row-stream.js";
import { listingOptions, unitFilter, unitOptions } from "../../../src/inspect/unit-options.js";
import type { Bursts } from "../../../src/output/bursts.js";

export default defineCommand({
  name: "consumequeue_ext",
  summary: "List the units of extended consume queues (enableConsumeQueueExt)",
  impact: "read",
  offline: true,
  options: {
    ...unitOptions,
    from: long("--from <offset>", "from this byte of a queue's ext files on; a unit begins there"),
    ...listingOptions,
    ...hexOptions,
  },
  words: [
    {
      name: "path",
      description:
        "a store, its consumequeue_ext folder, a topic's or a queue's folder, or one file",
      required: true,
    },
  ],
  examples: [
    {
      line: "mqctl inspect consumequeue_ext ~/store -t orders -q 0",
      says: "what the tagsCode of the queue's entries leads to",
    },
  ],
  run(context, options, [path = ""]): Bursts<ExtQueueUnit> {
    const { topic, queue, from, count, follow } = options;
    const read = queueTail(path, {
      part: "consumequeue_ext",
      choice: { topic, queue },
      first: from ?? 0,
      rows: extQueueUnits,
      behind: ({ position, size }) => position + size,
    });
    return streamRows(context, { read, accepts: unitFilter(options), count, follow });
  },
  instead: { hex: hexVariant(extQueueFields) },
  columns: [
    { header: "TOPIC", key: "topic" },
    { header: "QUEUE", key: "queueId", type: "integer" },
    { header: "POSITION", key: "position", type: "integer" },
    { header: "ADDRESS", key: "address", type: "integer" },
    { header: "SIZE", key: "size", type: "integer" },
    { header: "TAGSCODE", key: "tagsCode", type: "integer" },
    { header: "STORED", key: "storeTimestamp", kind: "time" },
    { header: "BITMAPSIZE", key: "bitMapSize", type: "integer", machineOnly: true },
    { header: "BITMAP", key: "bitMap" },
    { header: "FILE", key: "file", machineOnly: true },
  ],
});
