import { Argument, Command, CommanderError, Option as CommanderOption } from "commander";
import { parseUpstream } from "./argv.js";
import type { AnyCommand, Word } from "./define-command.js";
import { UsageError } from "./exit-codes.js";
import { type KeyedOption, optionSet } from "./option-set.js";
import { labelOf } from "./options.js";

/** upstream: as commons-cli reads a command line; gnu: as most tools do. */
export type Style = "upstream" | "gnu";

/** A command line, read. */
export interface Line {
  /** Values of the command's own options by their keys. */
  readonly own: Readonly<Record<string, unknown>>;
  /** Values of the options that every command has. */
  readonly common: Readonly<Record<string, unknown>>;
  readonly words: readonly string[];
}

/** Reads the words behind a command's name; a UsageError says what is wrong with them. */
export function parseLine(command: AnyCommand, argv: readonly string[], style: Style): Line {
  const options = optionSet(command);
  const canonical = style === "upstream" ? canonicalise(command, argv, options) : argv;
  const program = build(command, { options, style });
  try {
    program.parse([...canonical], { from: "user" });
  } catch (thrown) {
    if (thrown instanceof CommanderError) throw refusal(thrown);
    throw thrown;
  }
  const values = program.opts<Record<string, unknown>>();
  const line = { own: {} as Record<string, unknown>, common: {} as Record<string, unknown> };
  for (const one of options) {
    (one.isCommon ? line.common : line.own)[one.key] = valueOf(
      one,
      values[attributeOf(one, style)],
    );
  }
  if (style === "gnu") checkExclusive(command, options, values);
  return { ...line, words: program.args };
}

/** Help for a reader at a terminal. */
export function terminalHelp(command: AnyCommand, program: string, columns?: number): string {
  const options = optionSet(command);
  const built = build(command, { options, style: "gnu" }).name(`${program} ${command.name}`.trim());
  built.description(command.summary);
  if (columns !== undefined) built.configureHelp({ helpWidth: columns });
  const examples = command.examples.map(({ line, says }) => `  ${line}\n      ${says}\n`).join("");
  return `${built.helpInformation()}${examples === "" ? "" : `\nExamples:\n${examples}`}`;
}

/** `--key=value` for each option as upstream would have understood it. */
function canonicalise(
  command: AnyCommand,
  argv: readonly string[],
  options: readonly KeyedOption[],
): string[] {
  const parsed = parseUpstream(command, argv);
  const seen = new Set<KeyedOption>();
  const canonical: string[] = [];
  for (const { key, isCommon, value } of parsed.given) {
    const one = options.find((option) => option.key === key && option.isCommon === isCommon);
    if (one === undefined || (seen.has(one) && one.option.traits.isRepeated !== true)) continue;
    seen.add(one);
    const name = canonicalName(one);
    canonical.push(value === undefined ? `--${name}` : `--${name}=${value}`);
  }
  return command.words === undefined ? canonical : [...canonical, "--", ...parsed.words];
}

/** Free of upstream's blanks and of clashes between a command's options and those of all commands. */
function canonicalName({ key, isCommon }: KeyedOption): string {
  return `${isCommon ? "common" : "own"}-${key}`;
}

function build(
  command: AnyCommand,
  from: { options: readonly KeyedOption[]; style: Style },
): Command {
  const program = new Command(command.name)
    .exitOverride()
    .configureOutput({ writeOut: () => undefined, writeErr: () => undefined })
    .helpOption(false)
    .showSuggestionAfterError(true);
  for (const one of from.options) program.addOption(optionOf(one, from.style));
  for (const word of command.words ?? []) program.addArgument(argumentOf(word));
  program.allowExcessArguments(from.style === "upstream");
  return program;
}

function optionOf(one: KeyedOption, style: Style): CommanderOption {
  const { valueName, description } = one.option.shape;
  const { isRequired, isRepeated, choices } = one.option.traits;
  const value = valueName === undefined ? "" : ` <${valueName}>`;
  const name = style === "upstream" ? `--${canonicalName(one)}` : gnuFlags(one);
  const shown = choices === undefined ? description : `${description} (${choices.join(", ")})`;
  const option = new CommanderOption(`${name}${value}`, shown);
  if (isRequired === true) option.makeOptionMandatory();
  option.argParser((text: string, before: unknown) =>
    isRepeated === true ? [...((before as string[] | undefined) ?? []), text] : (before ?? text),
  );
  return option;
}

function gnuFlags({ short, long }: KeyedOption): string {
  const spellings = [
    ...(short === undefined ? [] : [`-${short}`]),
    ...(long === undefined ? [] : [`--${long.trim().replaceAll(" ", "-")}`]),
  ];
  return spellings.join(", ");
}

function argumentOf(word: Word): Argument {
  const name = word.rest === true ? `${word.name}...` : word.name;
  const argument = new Argument(
    word.required === true ? `<${name}>` : `[${name}]`,
    word.description,
  );
  return word.choices === undefined ? argument : argument.choices([...word.choices]);
}

/** Where commander keeps the value. */
function attributeOf(one: KeyedOption, style: Style): string {
  return optionOf(one, style).attributeName();
}

function valueOf({ option }: KeyedOption, given: unknown): unknown {
  const { fallback, isRepeated } = option.traits;
  if (given === undefined) return fallback;
  const label = labelOf(option);
  if (isRepeated === true)
    return (given as string[]).map((text) => option.shape.parse(text, label));
  return option.shape.parse(given === true ? "" : String(given), label);
}

function checkExclusive(
  command: AnyCommand,
  options: readonly KeyedOption[],
  values: Readonly<Record<string, unknown>>,
): void {
  for (const group of command.exclusive ?? []) {
    const members = options.filter(({ key, isCommon }) => !isCommon && group.options.includes(key));
    const given = members.filter((one) => values[attributeOf(one, "gnu")] !== undefined);
    const names = (some: readonly KeyedOption[], between: string): string =>
      some.map(({ option }) => labelOf(option)).join(between);
    if (given.length > 1) throw new UsageError(`${names(given, " and ")} exclude each other`);
    if (given.length === 0 && group.required === true) {
      throw new UsageError(`give one of ${names(members, " or ")}`);
    }
  }
}

function refusal(thrown: CommanderError): UsageError {
  const [message = "", hint] = thrown.message.replace(/^error: /, "").split("\n");
  return hint === undefined
    ? new UsageError(message)
    : new UsageError(message, { hint: hint.replace(/^\((.*)\)$/, "$1").replace(/^D/, "d") });
}
