import { defineCommand } from "../../../src/cli/define-command.js";
import { UsageError } from "../../../src/cli/exit-codes.js";
import { dateTime, flag, integer, text } from "../../../src/cli/options.js";
import { hexOptions, hexVariant } from "../../../src/inspect/hex-variant.js";
import {
  indexEntries,
  type IndexEntry,
  indexFields,
  type IndexFileHeader,
  indexFiles,
  indexKeyHash,
  readIndexHeader,
} from "../../../src/inspect/index-file.js";
import { streamRows } from "../../../src/inspect/row-stream.js";
import type { Bursts } from "../../../src/output/bursts.js";

function aboutFile(header: IndexFileHeader): string {
  const entries = Math.max(0, header.indexCount - 1);
  return (
    `${header.file}: ${String(entries)} entries, ${String(header.slotCount)} of ${String(header.slots ?? "?")} slots, ` +
    `offsets ${String(header.beginPhysicalOffset)} to ${String(header.endPhysicalOffset)}`
  );
}

export default defineCommand({
  name: "index",
  summary: "List the entries of index files",
  impact: "read",
  offline: true,
  options: {
    topic: text("-t, --topic <topic>", "topic of --key"),
    key: text("--key <key>", "only entries with the hash of this key or unique id; needs --topic"),
    slots: integer(
      "--slots <count>",
      "slots of each file (maxHashSlotNum), where it cannot be told from the file",
    ),
    begin: dateTime("--begin <time>", "stored at this time or later, by whole seconds"),
    end: dateTime("--end <time>", "stored at this time or earlier"),
    count: integer("-n, --count <count>", "at most so many entries"),
    follow: flag("-f, --follow", "wait for further entries until Ctrl-C"),
    ...hexOptions,
  },
  words: [{ name: "path", description: "a store, its index folder, or one file", required: true }],
  examples: [
    {
      line: "mqctl inspect index ~/store -t orders --key o-17",
      says: "where messages with a key are",
    },
  ],
  run(context, options, [path = ""]): Bursts<IndexEntry> {
    const { topic, key, slots, begin, end, count, follow } = options;
    if (key !== undefined && topic === undefined)
      throw new UsageError("--key needs --topic: the hash is made of both");
    const wanted = key === undefined ? undefined : indexKeyHash(topic ?? "", key);
    const next = new Map<string, number>();
    function* read(): Generator<IndexEntry> {
      for (const file of indexFiles(path)) {
        const header = readIndexHeader(file, slots);
        if (!next.has(file)) context.note(aboutFile(header));
        const first = next.get(file) ?? 1;
        next.set(file, first);
        for (const entry of indexEntries(header, first)) {
          next.set(file, entry.number + 1);
          yield entry;
        }
      }
    }
    return streamRows(context, {
      read,
      accepts: (entry) =>
        (wanted === undefined || entry.keyHash === wanted) &&
        (begin === undefined || entry.storeTimestamp >= begin) &&
        (end === undefined || entry.storeTimestamp <= end),
      count,
      follow,
    });
  },
  instead: { hex: hexVariant((path, { slots }) => indexFields(path, slots)) },
  columns: [
    { header: "NUMBER", key: "number", type: "integer" },
    { header: "KEYHASH", key: "keyHash", type: "integer" },
    { header: "OFFSET", key: "physicalOffset", type: "integer" },
    {
      header: "STORED",
      key: "storeTimestamp",
      kind: "time",
    },
    { header: "PREVIOUS", key: "previous", type: "integer" },
    { header: "FILE", key: "file", machineOnly: true },
  ],
});
