/** What one key of broker.conf is. Upstream: a field with getter and setter, filled by MixAll.properties2Object. */

/** The machine a broker runs on, for defaults that depend on it. */
export interface Machine {
  cpus: number;
  hostName: string;
  /** Home folder of the user. */
  home: string;
  /** Address that other machines reach this one by. */
  address: string;
}

/** When a changed value takes effect: at once, at the next start, or never here (kept and shown only). */
export type Applies = "live" | "start" | "inert";

/** `value` is what upstream would go on with; undefined keeps the default. */
export type Parsed<T> =
  { value: T; problem?: undefined } | { value?: T | undefined; problem: string };

export interface ConfigKey<T> {
  readonly type: "int" | "long" | "double" | "boolean" | "string" | "enum";
  readonly initial: T | ((machine: Machine) => T);
  readonly applies: Applies;
  /** One sentence for the manual page. */
  readonly says: string;
  /** What an enum may be. */
  readonly choices?: readonly string[];
  parse(text: string): Parsed<T>;
}

type Initial<T> = T | ((machine: Machine) => T);

const INT_MAX = 2 ** 31 - 1;

function wholeNumber(text: string, least: number, greatest: number): Parsed<number> {
  const value = /^[+-]?\d+$/.test(text) ? Number(text) : NaN;
  return value >= least && value <= greatest
    ? { value }
    : { problem: `is no whole number between ${least} and ${greatest}` };
}

export function int(initial: Initial<number>, applies: Applies, says: string): ConfigKey<number> {
  const parse = (text: string): Parsed<number> => wholeNumber(text, -INT_MAX - 1, INT_MAX);
  return { type: "int", initial, applies, says, parse };
}

/** An int64 of which 53 bits are enough. */
export function long(initial: Initial<number>, applies: Applies, says: string): ConfigKey<number> {
  const parse = (text: string): Parsed<number> =>
    wholeNumber(text, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  return { type: "long", initial, applies, says, parse };
}

export function double(
  initial: Initial<number>,
  applies: Applies,
  says: string,
): ConfigKey<number> {
  const parse = (text: string): Parsed<number> => {
    const value = text.trim() === "" ? NaN : Number(text);
    return Number.isFinite(value) ? { value } : { problem: "is no number" };
  };
  return { type: "double", initial, applies, says, parse };
}

/** Anything but "true" (any case) is false upstream, a misspelt "true" included. */
export function boolean(initial: boolean, applies: Applies, says: string): ConfigKey<boolean> {
  const parse = (text: string): Parsed<boolean> => {
    const lower = text.toLowerCase();
    if (lower === "true" || lower === "false") return { value: lower === "true" };
    return { value: false, problem: "is neither true nor false and counts as false" };
  };
  return { type: "boolean", initial, applies, says, parse };
}

/** Text; blanks around it do not count. */
export function text(initial: Initial<string>, applies: Applies, says: string): ConfigKey<string> {
  return { type: "string", initial, applies, says, parse: (value) => ({ value: value.trim() }) };
}

/** Text that has no value by default and is not shown then. */
export function optionalText(applies: Applies, says: string): ConfigKey<string | undefined> {
  return {
    type: "string",
    initial: undefined,
    applies,
    says,
    parse: (value) => ({ value: value.trim() }),
  };
}

/** One of a few words, in exactly this case. */
export function oneOf<const C extends readonly string[]>(
  choices: C,
  initial: C[number],
  applies: Applies,
  says: string,
): ConfigKey<C[number]> {
  const parse = (value: string): Parsed<C[number]> => {
    const word = value.trim();
    return choices.includes(word)
      ? { value: word }
      : { problem: `is none of ${choices.join(", ")}` };
  };
  return { type: "enum", initial, applies, says, choices, parse };
}
