import type { Compat } from "./compat.js";
import type { Context } from "./context.js";
import type { OptionTable, OptionValues } from "./options.js";
import type { ScalarShape, Shape } from "../output/shape.js";

/** What can stand in a cell; null is unknown. */
export type Cell = string | number | bigint | boolean | null | undefined;

/**
 * One column. Header and key from one place: Apache's text, the terminal's table, JSON, CSV and YAML derive from it.
 */
export interface Column<Row> {
  /** Upstream's header, as printed: `#Topic`. */
  readonly header: string;
  /** Name in JSON, YAML and CSV. */
  readonly key: string;
  /** The value; without it `row[key]`. */
  readonly value?: (row: Row) => Cell;
  /** The value in Apache's text and in tables, where that differs from the value's own text. */
  readonly text?: (row: Row) => string;
  /** What JSON, YAML and CSV hold: `string` without it; `integer?` for one that is null when unknown. */
  readonly type?: ScalarShape | `${ScalarShape}?`;
  /** `time`: milliseconds, written as ISO 8601 with the raw value beside it (`<key>Ms`) in JSON, YAML and CSV. */
  readonly kind?: "time";
  /** Only in JSON, YAML and CSV, never in Apache's text. */
  readonly machineOnly?: boolean;
}

/** read: changes nothing; write: can be put back; destructive: loses data. */
export type Impact = "read" | "write" | "destructive";

export type Rows<Row> = Iterable<Row> | AsyncIterable<Row>;

export interface Example {
  readonly line: string;
  readonly says: string;
}

export interface CommandDefinition<O extends OptionTable = OptionTable, Row = unknown> {
  /** As typed. */
  readonly name: string;
  readonly aliases?: readonly string[];
  /** Upstream's description, as its command list prints it. */
  readonly summary: string;
  /** First release of upstream's that has it, where that is later than 4.8.0: `5.3.1`. */
  readonly since?: string;
  /** First release that has it no more: it is listed only with --compat of an older one, but always runs. */
  readonly until?: string;
  /** The summary in releases before the one named, oldest first. */
  readonly formerSummary?: readonly { readonly before: string; readonly summary: string }[];
  /** What it was called in releases before the one named, oldest first; these names are aliases too. */
  readonly formerName?: readonly { readonly before: string; readonly name: string }[];
  readonly impact: Impact;
  /** In upstream's order of declaration: error texts list them so. `-h`, `-n` and the output options are added. */
  readonly options: O;
  /** Of each group at most one may be given; of a required one exactly one. */
  readonly exclusive?: readonly {
    readonly options: readonly (keyof O & string)[];
    readonly required?: boolean;
    /** First release of upstream's whose options exclude each other. */
    readonly since?: string;
  }[];
  /** Words that are not options, such as `start broker key=value`; the rest name takes all that are left. Upstream's commands have none. */
  readonly words?: readonly Word[];
  readonly examples: readonly Example[];
  /** Never prints, exits or reads `process`: returns rows, or throws. */
  readonly run: (
    context: Context,
    options: OptionValues<O>,
    words: readonly string[],
  ) => Rows<Row> | Promise<Rows<Row>>;
  readonly columns: readonly Column<NoInfer<Row>>[];
  /**
   * Upstream's printf format of a row (`%-64s  %-4d`, no `%n`), the header by `headerFormat` where it differs.
   * Without it columns are padded to their widest cell.
   */
  readonly format?: string;
  readonly headerFormat?: string;
  /** Apache's text where it is not header and rows: chunks written as they are, line ends included. */
  readonly plain?: (
    rows: Rows<NoInfer<Row>>,
    options: OptionValues<O>,
    context: Context,
  ) => Iterable<string> | AsyncIterable<string>;
  /** The record of a row in JSON and YAML, where columns do not say it all; undefined for a row that is only text. */
  readonly record?: (row: NoInfer<Row>) => unknown;
  /** What `record` gives, or a row where there are neither columns nor `record`. */
  readonly shape?: Shape;
  /** What is done instead when one of these options is given, by the option's key: other rows, of another shape. */
  readonly instead?: Readonly<Record<string, Variant>>;
  /** Exactly one row: JSON and YAML are that record, not a list of one. */
  readonly single?: boolean;
  /** Needs no cluster: `context.admin` is not there, -n is not offered. */
  readonly offline?: boolean;
  /** Set when the command is to look as in an older release, in whose help and parser its options then are. */
  readonly asOf?: Compat | undefined;
  /** Changing something is what it is called for, as with produce: neither asks nor rehearses. */
  readonly unasked?: boolean;
  /** Runs until it is told to stop, and says itself how it ends: a signal waits for it. */
  readonly resident?: boolean;
}

/** What a command does under an option that asks for something else, such as a dump of bytes. */
export type Variant = Pick<
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- rows of another type than the command's
  CommandDefinition<any, any>,
  "run" | "columns" | "record" | "shape"
>;

export interface Word {
  readonly name: string;
  readonly description: string;
  readonly required?: boolean;
  readonly choices?: readonly string[];
  /** Takes all words from here on. */
  readonly rest?: boolean;
}

/**
 * Any command, whatever its options and rows: the registry holds commands of all types. What goes to `run` and
 * `plain` fits because it was made from the same command's options.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- existential types are not to be had otherwise
export type AnyCommand = CommandDefinition<any, any>;

/** The command as its options ask for it. */
export function asAsked(command: AnyCommand, options: OptionValues<OptionTable>): AnyCommand {
  const given = Object.entries(command.instead ?? {}).find(([key]) => options[key] !== undefined);
  if (given === undefined) return command;
  const { plain: _plain, record: _record, shape: _shape, ...rest } = command;
  return { ...rest, ...given[1] };
}

/** Checks a command's types and gives it back: its file's default export. */
export function defineCommand<const O extends OptionTable, Row>(
  definition: CommandDefinition<O, Row>,
): CommandDefinition<O, Row> {
  return definition;
}
