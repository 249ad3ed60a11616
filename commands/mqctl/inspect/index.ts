import { defineCommand } from "../../../src/cli/define-command.js";
import { UsageError } from "../../../src/cli/exit-codes.js";
import { integer, text } from "../../../src/cli/options.js";
import {
  indexEntries,
  type IndexEntry,
  indexFiles,
  indexKeyHash,
  readIndexHeader,
} from "../../../src/inspect/index-file.js";

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
    count: integer("-n, --count <count>", "at most so many entries"),
  },
  words: [{ name: "path", description: "a store, its index folder, or one file", required: true }],
  examples: [
    {
      line: "mqctl inspect index ~/store -t orders --key o-17",
      says: "where messages with a key are",
    },
  ],
  *run(context, { topic, key, slots, count }, [path = ""]): Generator<IndexEntry> {
    if (key !== undefined && topic === undefined)
      throw new UsageError("--key needs --topic: the hash is made of both");
    const wanted = key === undefined ? undefined : indexKeyHash(topic ?? "", key);
    let found = 0;
    for (const file of indexFiles(path)) {
      const header = readIndexHeader(file, slots);
      context.note(
        `${file}: ${String(Math.max(0, header.indexCount - 1))} entries, ${String(header.slotCount)} of ${String(header.slots ?? "?")} slots, ` +
          `offsets ${String(header.beginPhysicalOffset)} to ${String(header.endPhysicalOffset)}`,
      );
      for (const entry of indexEntries(header)) {
        if (context.signal.aborted) return;
        if (wanted !== undefined && entry.keyHash !== wanted) continue;
        yield entry;
        if (++found === count) return;
      }
    }
  },
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
