import { basename } from "node:path";
import { defineCommand } from "../../../src/cli/define-command.js";
import { ExitCode } from "../../../src/cli/exit-codes.js";
import { isoTime } from "../../../src/output/cell.js";
import { orNull } from "../../../src/output/shape.js";
import { type ConfigFile, configFiles } from "../../../src/inspect/config-files.js";

export default defineCommand({
  name: "config",
  summary: "Show the configuration files of a store and whether they decode",
  impact: "read",
  offline: true,
  options: {},
  words: [{ name: "path", description: "a store, its config folder, or one file", required: true }],
  examples: [
    { line: "mqctl inspect config ~/store", says: "one line a file" },
    {
      line: "mqctl inspect config ~/store/config/consumerOffset.json --output json",
      says: "its content as strict JSON",
    },
  ],
  *run(context, _options, [path = ""]): Generator<ConfigFile> {
    for (const file of configFiles(path)) {
      if (file.state === "broken") context.exitWith(ExitCode.corrupt);
      yield file;
    }
  },
  columns: [
    { header: "FILE", key: "file", text: (row) => basename(row.file) },
    { header: "BYTES", key: "bytes" },
    {
      header: "MODIFIED",
      key: "modified",
      kind: "time",
      text: (row) => new Date(row.modified).toISOString(),
    },
    { header: "STATE", key: "state" },
    {
      header: "VERSION",
      key: "version",
      value: (row) => row.version?.counter ?? null,
      text: ({ version }) =>
        version === undefined
          ? "-"
          : `${String(version.counter)} of ${isoTime(version.timestamp) ?? "no time"}`,
    },
    { header: "REASON", key: "reason", text: (row) => row.reason ?? "-" },
  ],
  record: (row) => ({
    ...row,
    modified: new Date(row.modified).toISOString(),
    modifiedMs: row.modified,
    reason: row.reason ?? null,
    version: row.version ?? null,
    content: row.content ?? null,
  }),
  shape: {
    file: "string",
    bytes: "integer",
    modified: "time",
    state: "string",
    isBackup: "boolean",
    version: orNull({ counter: "integer", timestamp: "integer", stateVersion: "integer?" }),
    reason: "string?",
    content: "any",
  },
});
