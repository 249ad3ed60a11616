import { isBursts } from "./bursts.js";
import type { AnyCommand, Rows } from "../cli/define-command.js";
import type { Context } from "../cli/context.js";
import type { Format } from "./formats.js";
import type { OptionTable, OptionValues } from "../cli/options.js";
import { Writer } from "./writer.js";
import { plainTable } from "./plain.js";
import { recordOf } from "./record.js";

type Chunks = Iterable<string> | AsyncIterable<string>;

export interface Rendering {
  readonly command: AnyCommand;
  /** Undefined: a table on a terminal where the command has columns, else Apache's text. */
  readonly format: Format | undefined;
  readonly options: OptionValues<OptionTable>;
  readonly context: Context;
}

/** Writes a command's rows to stdout as they come. Only this prints. */
export async function render(rows: Rows<unknown>, rendering: Rendering): Promise<void> {
  const { stdout } = rendering.context.streams;
  const writer = new Writer(stdout);
  const streaming = isAsync(rows);
  const bursts = isBursts(rows) ? rows : undefined;
  const format =
    rendering.format ??
    (stdout.isTTY === true && !streaming ? preferred(rendering.command) : "plain");
  for await (const chunk of await chunksOf(rows, { ...rendering, format })) {
    rendering.context.progress.clear();
    await writer.write(chunk);
    if (streaming && bursts?.hasMore() !== true) {
      await writer.flush();
      bursts?.written();
    }
  }
  await writer.flush();
  bursts?.written();
}

function preferred(command: AnyCommand): Format {
  return command.columns.length > 0 ? "table" : "plain";
}

async function chunksOf(
  rows: Rows<unknown>,
  rendering: Rendering & { format: Format },
): Promise<Chunks> {
  const { command, context, options } = rendering;
  switch (rendering.format) {
    case "plain":
      return command.plain?.(rows, options, context) ?? plainTable(command, rows);
    case "table": {
      const { recordTables, terminalTable } = await import("./table.js");
      // a file or a pipe wants no colours
      const env = context.streams.stdout.isTTY === true ? context.env : { NO_COLOR: "1" };
      if (command.columns.length === 0) {
        return recordTables(records(command, rows), env);
      }
      return terminalTable(command.columns, rows, {
        env,
        single: command.single === true,
      });
    }
    case "json": {
      const { jsonList, jsonText } = await import("./json.js");
      return command.single === true
        ? single(rows, (row) => `${jsonText(recordOf(command, row), "  ")}\n`)
        : jsonList(records(command, rows));
    }
    case "jsonl":
      return (await import("./json.js")).jsonLines(records(command, rows));
    case "yaml": {
      const { yamlList, yamlText } = await import("./yaml.js");
      return command.single === true
        ? single(rows, (row) => yamlText(recordOf(command, row)))
        : yamlList(records(command, rows));
    }
    case "csv":
      return (await import("./csv.js")).csvLines(records(command, rows), csvKeys(command));
  }
}

async function* records(command: AnyCommand, rows: Rows<unknown>): AsyncGenerator {
  for await (const row of rows) {
    const record = recordOf(command, row);
    if (record !== undefined) yield record;
  }
}

async function* single(
  rows: Rows<unknown>,
  text: (row: unknown) => string,
): AsyncGenerator<string> {
  for await (const row of rows) yield text(row);
}

/** Known before the first row where columns say them; else the first record's. */
function csvKeys(command: AnyCommand): string[] | undefined {
  if (command.columns.length === 0 || command.record !== undefined) return undefined;
  return command.columns.flatMap((column) =>
    column.kind === "time" ? [column.key, `${column.key}Ms`] : [column.key],
  );
}

function isAsync(rows: Rows<unknown>): rows is AsyncIterable<unknown> {
  return Symbol.asyncIterator in rows;
}
