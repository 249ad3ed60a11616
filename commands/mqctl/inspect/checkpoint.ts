import { defineCommand } from "../../../src/cli/define-command.js";
import { isoTime } from "../../../src/output/cell.js";
import {
  type CheckpointField,
  checkpointFields,
  readCheckpoint,
} from "../../../src/inspect/checkpoint.js";
import { hexOptions, hexVariant } from "../../../src/inspect/hex-variant.js";

function meaning({ unit, value }: CheckpointField): string | null {
  return unit === "ms" ? (isoTime(value) ?? null) : null;
}

export default defineCommand({
  name: "checkpoint",
  summary: "Show the checkpoint of a store: up to when its parts are safely written",
  impact: "read",
  offline: true,
  options: hexOptions,
  words: [{ name: "path", description: "a store, or the file", required: true }],
  examples: [{ line: "mqctl inspect checkpoint ~/store", says: "the fields as times" }],
  run: (_context, _options, [path = ""]): CheckpointField[] => readCheckpoint(path),
  instead: { hex: hexVariant(checkpointFields) },
  columns: [
    { header: "FIELD", key: "field" },
    { header: "VALUE", key: "value", type: "integer" },
    {
      header: "TIME",
      key: "time",
      type: "string?",
      value: (row) => meaning(row),
      text: (row) => meaning(row) ?? "-",
    },
  ],
});
