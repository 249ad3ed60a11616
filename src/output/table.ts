import Table from "cli-table3";
import type { Cell, Column, Rows } from "../cli/define-command.js";
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

/** Records of a command without columns: each a table of its keys, those of inner objects as `config.listenPort`. */
export async function* recordTables(
  records: AsyncIterable<unknown>,
  env: TableOptions["env"],
): AsyncGenerator<string> {
  let isFirst = true;
  for await (const record of records) {
    const columns = leaves(record).map(([key, value]): Column<unknown> => ({
      header: key,
      key,
      value: () => value,
    }));
    yield `${isFirst ? "" : "\n"}${standing(columns, record, { env, single: true })}`;
    isFirst = false;
  }
}

function leaves(value: unknown, path = ""): [string, Cell][] {
  if (value instanceof Map) return leaves(Object.fromEntries(value), path);
  if (Buffer.isBuffer(value)) return [[path, value.toString("base64")]];
  if (typeof value !== "object" || value === null) return [[path, value as Cell]];
  const isPlainList = Array.isArray(value) && value.every((item) => typeof item !== "object");
  if (isPlainList) return [[path, value.join(", ")]];
  return Object.entries(value).flatMap(([key, inner]) =>
    leaves(inner, path === "" ? key : `${path}.${key}`),
  );
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
