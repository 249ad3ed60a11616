import type { Cell, Column } from "../cli/define-command.js";

/** A column's value of a row. */
export function cellValue<Row>(column: Column<Row>, row: Row): Cell {
  if (column.value !== undefined) return column.value(row);
  return (row as Readonly<Record<string, Cell>>)[column.key];
}

/** A column's text of a row, as Apache's text and tables show it; undefined is unknown. */
export function cellText<Row>(column: Column<Row>, row: Row): string | undefined {
  if (column.text !== undefined) return column.text(row);
  const value = cellValue(column, row);
  if (value === null || value === undefined) return undefined;
  return column.kind === "time" ? isoTime(value) : String(value);
}

/** ISO 8601 of milliseconds; undefined where upstream's 0 or -1 means that there is no time. */
export function isoTime(value: Cell): string | undefined {
  if (value === null || value === undefined || typeof value === "boolean") return undefined;
  const time = Number(value);
  return time > 0 && time <= 8.64e15 ? new Date(time).toISOString() : undefined;
}
