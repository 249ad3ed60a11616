import Table from "cli-table3";
import type { Column, Rows } from "../cli/define-command.js";
import { cellText, cellValue } from "./cell.js";
import { styleFor } from "./style.js";

const THIN = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
};

export interface TableOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly single: boolean;
}

/** A table for the eye: numbers to the right, unknown as a dash. All rows are read before the first is shown. */
export async function* terminalTable<Row>(
  columns: readonly Column<Row>[],
  rows: Rows<Row>,
  options: TableOptions,
): AsyncGenerator<string> {
  const shown = columns.filter((column) => column.machineOnly !== true);
  const all: Row[] = [];
  for await (const row of rows) all.push(row);
  yield options.single && all[0] !== undefined
    ? standing(shown, all[0], options)
    : lying(shown, all, options);
}

function lying<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  { env }: TableOptions,
): string {
  const style = styleFor(env);
  const first = rows[0];
  const numeric = columns.map(
    (column) => first !== undefined && column.kind !== "time" && isNumber(cellValue(column, first)),
  );
  const table = new Table({
    head: columns.map((column) => style.bold(column.header.replace(/^#/, ""))),
    chars: THIN,
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
    colAligns: numeric.map((one) => (one ? "right" : "left")),
  });
  for (const row of rows)
    table.push(columns.map((column) => cellText(column, row) ?? style.dim("-")));
  return `${trimmed(table.toString())}\n`;
}

function standing<Row>(columns: readonly Column<Row>[], row: Row, { env }: TableOptions): string {
  const style = styleFor(env);
  const table = new Table({
    chars: THIN,
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
  });
  for (const column of columns) {
    table.push([
      style.bold(column.header.replace(/^#/, "")),
      cellText(column, row) ?? style.dim("-"),
    ]);
  }
  return `${trimmed(table.toString())}\n`;
}

function isNumber(value: unknown): boolean {
  return typeof value === "number" || typeof value === "bigint";
}

function trimmed(text: string): string {
  return text
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}
