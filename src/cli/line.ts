import { parseUpstream } from "./argv.js";
import type { AnyCommand } from "./define-command.js";
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

/**
 * Reads what stands behind a command's name; a UsageError says what is wrong with it. Commander reads the GNU style;
 * for upstream's it would have nothing left to do, and loading it is a tenth of a short command's time.
 */
export async function readLine(
  command: AnyCommand,
  argv: readonly string[],
  style: Style,
): Promise<Line> {
  if (style === "upstream") return upstreamLine(command, argv);
  const { gnuLine } = await import("./program.js");
  return gnuLine(command, argv);
}

function upstreamLine(command: AnyCommand, argv: readonly string[]): Line {
  const { given, words } = parseUpstream(command, argv);
  checkWords(command, words);
  return lineOf(
    optionSet(command),
    ({ key, isCommon, option }) => {
      const values = given
        .filter((one) => one.key === key && one.isCommon === isCommon)
        .map(({ value }) => value ?? "");
      return option.traits.isRepeated === true && values.length > 0 ? values : values[0];
    },
    words,
  );
}

/** Puts together the values of all options: text as given, a list of texts for repeated ones, undefined for absent ones. */
export function lineOf(
  options: readonly KeyedOption[],
  given: (one: KeyedOption) => string | string[] | undefined,
  words: readonly string[],
): Line {
  const own: Record<string, unknown> = {};
  const common: Record<string, unknown> = {};
  for (const one of options) (one.isCommon ? common : own)[one.key] = valueOf(one, given(one));
  return { own, common, words };
}

function valueOf(one: KeyedOption, given: string | string[] | undefined): unknown {
  const { shape, traits } = one.option;
  if (given === undefined) return traits.fallback;
  const label = labelOf(one);
  if (Array.isArray(given)) return given.map((text) => shape.parse(text, label));
  return shape.parse(given, label);
}

/** Upstream ignores superfluous words, and so does this; the programs beside mqadmin have some that count. */
function checkWords(command: AnyCommand, words: readonly string[]): void {
  for (const [at, { name, required, choices }] of (command.words ?? []).entries()) {
    const word = words[at];
    if (word === undefined && required === true) {
      throw new UsageError(`${name} is missing`, choices && { hint: choices.join(" or ") });
    }
    if (word !== undefined && choices?.includes(word) === false) {
      throw new UsageError(`${word} is none of ${choices.join(", ")}`);
    }
  }
}
