import { Argument, Command, CommanderError, Option as CommanderOption } from "commander";
import type { AnyCommand, Word } from "./define-command.js";
import { UsageError } from "./exit-codes.js";
import { type Line, lineOf } from "./line.js";
import { exclusiveGroups, type KeyedOption, optionSet } from "./option-set.js";
import { labelOf } from "./options.js";

/** Reads a command line as most tools do. */
export function gnuLine(command: AnyCommand, argv: readonly string[]): Line {
  const options = optionSet(command);
  const program = build(command, options);
  try {
    program.parse([...argv], { from: "user" });
  } catch (thrown) {
    if (thrown instanceof CommanderError) throw refusal(thrown);
    throw thrown;
  }
  const values = program.opts<Record<string, string | string[] | true | undefined>>();
  const given = (one: KeyedOption): string | string[] | undefined => {
    const value = values[flagsOf(one).attributeName()];
    return value === true ? "" : value;
  };
  checkExclusive(command, options, given);
  return lineOf(options, given, program.args);
}

/** Help for a reader at a terminal. */
export function terminalHelp(command: AnyCommand, called: string, columns?: number): string {
  const built = build(command, optionSet(command)).name(called).description(command.summary);
  if (columns !== undefined) built.configureHelp({ helpWidth: columns });
  const examples = command.examples.map(({ line, says }) => `  ${line}\n      ${says}\n`).join("");
  return `${built.helpInformation()}${examples === "" ? "" : `\nExamples:\n${examples}`}`;
}

function build(command: AnyCommand, options: readonly KeyedOption[]): Command {
  const program = new Command(command.name)
    .exitOverride()
    .configureOutput({ writeOut: () => undefined, writeErr: () => undefined })
    .helpOption(false)
    .allowExcessArguments(false);
  for (const one of options) program.addOption(optionOf(one));
  for (const word of command.words ?? []) program.addArgument(argumentOf(word));
  return program;
}

function optionOf(one: KeyedOption): CommanderOption {
  const option = flagsOf(one);
  const { isRequired, isRepeated } = one.option.traits;
  if (isRequired === true) option.makeOptionMandatory();
  return option.argParser((text: string, before: unknown) =>
    isRepeated === true ? [...((before as string[] | undefined) ?? []), text] : (before ?? text),
  );
}

function flagsOf({ short, long, option }: KeyedOption): CommanderOption {
  const { valueName, description } = option.shape;
  const { choices } = option.traits;
  const spellings = [
    ...(short === undefined ? [] : [`-${short}`]),
    ...(long === undefined ? [] : [`--${long.trim().replaceAll(" ", "-")}`]),
  ].join(", ");
  const says = choices === undefined ? description : `${description} (${choices.join(", ")})`;
  return new CommanderOption(
    valueName === undefined ? spellings : `${spellings} <${valueName}>`,
    says,
  );
}

function argumentOf(word: Word): Argument {
  const name = word.rest === true ? `${word.name}...` : word.name;
  const argument = new Argument(
    word.required === true ? `<${name}>` : `[${name}]`,
    word.description,
  );
  return word.choices === undefined ? argument : argument.choices([...word.choices]);
}

function checkExclusive(
  command: AnyCommand,
  options: readonly KeyedOption[],
  valueOf: (one: KeyedOption) => unknown,
): void {
  for (const group of exclusiveGroups(command)) {
    const members = options.filter(({ key, isCommon }) => !isCommon && group.options.includes(key));
    const given = members.filter((one) => valueOf(one) !== undefined);
    if (given.length > 1)
      throw new UsageError(`${given.map(labelOf).join(" and ")} exclude each other`);
    if (given.length === 0 && group.required === true) {
      throw new UsageError(`give one of ${members.map(labelOf).join(" or ")}`);
    }
  }
}

/** Commander's message and its suggestion. */
function refusal(thrown: CommanderError): UsageError {
  const [message = "", suggestion] = thrown.message.replace(/^error: /, "").split("\n");
  if (suggestion === undefined) return new UsageError(message);
  return new UsageError(message, { hint: suggestion.replace(/^\(D(.*)\)$/, "d$1") });
}
