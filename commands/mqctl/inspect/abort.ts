import { defineCommand } from "../../../src/cli/define-command.js";
import { type AbortMark, abortMark } from "../../../src/inspect/abort-mark.js";

export default defineCommand({
  name: "abort",
  summary: "Show whether a store is open or was not stopped cleanly",
  impact: "read",
  offline: true,
  options: {},
  words: [{ name: "path", description: "a store, or the file", required: true }],
  examples: [
    { line: "mqctl inspect abort ~/store", says: "whether the next start will have to recover" },
  ],
  run: (_context, _options, [path = ""]): AbortMark[] => [abortMark(path)],
  columns: [
    { header: "STATE", key: "state" },
    { header: "PID", key: "pid", type: "integer?", text: ({ pid }) => String(pid ?? "-") },
    { header: "MODIFIED", key: "modified", kind: "time" },
    { header: "BYTES", key: "bytes", type: "integer?", machineOnly: true },
    { header: "NOTSYNCEDFROM", key: "notSyncedFrom", type: "integer?", machineOnly: true },
    { header: "HOLDER", key: "holder", type: "string?", text: ({ holder }) => holder ?? "-" },
    { header: "MEANING", key: "meaning" },
    { header: "FILE", key: "file", machineOnly: true },
  ],
});
