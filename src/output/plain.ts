import type { Column, Rows } from "../cli/define-command.js";
import { isBursts } from "./bursts.js";
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

/** Rows that decide the widths where upstream gives none. */
const FITTED_ROWS = 100;

/** Columns as wide as the widest of the first cells, two blanks apart, nothing behind the last. */
async function* fitted<Row>(
  columns: readonly Column<Row>[],
  rows: Rows<Row>,
): AsyncGenerator<string> {
  let waiting: string[][] | undefined = [columns.map((column) => column.header)];
  let widths: number[] = [];
  const release = (lines: readonly string[][]): string => {
    widths = columns.map((_column, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
    return lines.map((line) => lineText(line, widths)).join("");
  };
  for await (const row of rows) {
    const line = columns.map((column) => cellText(column, row) ?? "-");
    if (waiting === undefined) yield lineText(line, widths);
    else if (waiting.push(line) > FITTED_ROWS || isPause(rows)) {
      yield release(waiting);
      waiting = undefined;
    }
  }
  if (waiting !== undefined) yield release(waiting);
}

/** Nobody knows when the next row comes: what is there is shown. */
function isPause<Row>(rows: Rows<Row>): boolean {
  return isBursts(rows) && !rows.hasMore();
}

function lineText(cells: readonly string[], widths: readonly number[]): string {
  const padded = cells.map((cell, at) => cell.padEnd(widths[at] ?? 0));
  return `${padded.join("  ").trimEnd()}\n`;
}
