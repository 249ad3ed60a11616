import type { Column, Rows } from "../cli/define-command.js";
import { cellText } from "./cell.js";
import { headerFormatOf, printf } from "./printf.js";

export interface PlainTable<Row> {
  readonly columns: readonly Column<Row>[];
  readonly format?: string | undefined;
  readonly headerFormat?: string | undefined;
}

/** Apache's text of a table: header and rows in upstream's widths, one line each. */
export async function* plainTable<Row>(
  table: PlainTable<Row>,
  rows: Rows<Row>,
): AsyncGenerator<string> {
  const columns = table.columns.filter((column) => column.machineOnly !== true);
  if (table.format === undefined) {
    yield* fitted(columns, rows);
    return;
  }
  yield plainHeader(table);
  for await (const row of rows) {
    yield `${printf(table.format, ...columns.map((column) => cellText(column, row)))}\n`;
  }
}

/** The header line alone. */
export function plainHeader<Row>(table: PlainTable<Row>): string {
  const columns = table.columns.filter((column) => column.machineOnly !== true);
  const format = table.headerFormat ?? headerFormatOf(table.format ?? "");
  return `${printf(format, ...columns.map((column) => column.header))}\n`;
}

/** The text of one row without its line end. */
export function plainRow<Row>(table: PlainTable<Row>, row: Row): string {
  const columns = table.columns.filter((column) => column.machineOnly !== true);
  return printf(table.format ?? "", ...columns.map((column) => cellText(column, row)));
}

/** Columns as wide as their widest cell, two blanks apart, nothing behind the last. */
async function* fitted<Row>(
  columns: readonly Column<Row>[],
  rows: Rows<Row>,
): AsyncGenerator<string> {
  const lines = [columns.map((column) => column.header)];
  for await (const row of rows) lines.push(columns.map((column) => cellText(column, row) ?? "-"));
  const widths = columns.map((_column, at) =>
    Math.max(...lines.map((line) => line[at]?.length ?? 0)),
  );
  for (const line of lines) {
    yield `${line
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join("  ")
      .trimEnd()}\n`;
  }
}
