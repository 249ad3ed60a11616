import type { CommandDefinition } from "../cli/define-command.js";
import type { OptionTable } from "../cli/options.js";
import { cellValue, isoTime } from "./cell.js";

/** A row as JSON, YAML and CSV have it: unknown is null, a time is ISO 8601 with its milliseconds beside it. */
export function recordOf<Row>(
  command: Pick<CommandDefinition<OptionTable, Row>, "columns" | "record">,
  row: Row,
): unknown {
  if (command.record !== undefined) return command.record(row);
  if (command.columns.length === 0) return row;
  const record: Record<string, unknown> = {};
  for (const column of command.columns) {
    const value = cellValue(column, row) ?? null;
    if (column.kind === "time") {
      const time = isoTime(value);
      record[column.key] = time ?? null;
      record[`${column.key}Ms`] = time === undefined ? null : value;
    } else {
      record[column.key] = value;
    }
  }
  return record;
}
