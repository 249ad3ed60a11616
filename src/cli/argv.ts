import type { AnyCommand } from "./define-command.js";
import { UsageError } from "./exit-codes.js";
import { nearest } from "./nearest.js";
import { exclusiveGroups, type KeyedOption, optionSet } from "./option-set.js";
import { checkRequired } from "./required.js";

/** One option as it was given; a flag has no value. */
export interface Given {
  readonly key: string;
  readonly isCommon: boolean;
  readonly value: string | undefined;
}

export interface Parsed {
  readonly given: readonly Given[];
  readonly words: readonly string[];
}

/**
 * Upstream's command line, read as commons-cli 1.5.0 (DefaultParser) does: `-t x`, `-tx`, `-t=x`, `--topic x`,
 * `--topic=x`, `-topic x`, unambiguous prefixes of long names, values with a leading minus. Our own options are
 * tried only where upstream would say `Unrecognized option`, so none of them changes what upstream's tools accept.
 */
export function parseUpstream(command: AnyCommand, argv: readonly string[]): Parsed {
  const parser = new UpstreamParser(command);
  for (const token of argv) parser.take(token);
  return parser.end();
}

/** Whether help is wanted, also on a line that does not parse. */
export function asksForHelp(command: AnyCommand, argv: readonly string[]): boolean {
  const before = argv.indexOf("--");
  const options = before === -1 ? argv : argv.slice(0, before);
  if (optionSet(command).every(({ key, isCommon }) => key !== "help" || !isCommon)) return false;
  return options.some((token) => token === "-h" || token === "--help" || token === "-help");
}

/** A misspelt option whose value is nobody's business: `--secretkey=…`. */
const SECRET = /^(-[\w-]*(?:password|secret|token)[\w-]*=).*$/is;

class UpstreamParser {
  private readonly command: AnyCommand;
  private readonly upstream: Spellings;
  private readonly extensions: Spellings;
  private readonly given: Given[] = [];
  private readonly words: string[] = [];
  /** The option whose value comes next. */
  private waiting: KeyedOption | undefined;
  private optionsEnded = false;

  constructor(command: AnyCommand) {
    const all = optionSet(command);
    this.command = command;
    this.upstream = new Spellings(all.filter(({ option }) => option.traits.isExtension !== true));
    this.extensions = new Spellings(all.filter(({ option }) => option.traits.isExtension === true));
  }

  take(token: string): void {
    if (this.optionsEnded) this.words.push(token);
    else if (token === "--") this.optionsEnded = true;
    else if (this.waiting !== undefined && this.isArgument(token)) this.finish(unquoted(token));
    else if (token.startsWith("--")) this.long(token, this.upstream);
    else if (token.startsWith("-") && token !== "-") this.shortOrLong(token, this.upstream);
    else this.words.push(token);
  }

  end(): Parsed {
    this.checkWaiting();
    checkRequired(this.command, this.given);
    return { given: this.given, words: this.words };
  }

  private isArgument(token: string): boolean {
    return (
      /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[dDfF]?$/.test(token) || !this.upstream.knows(token)
    );
  }

  private long(token: string, spellings: Spellings): void {
    const [name, value] = split(token);
    const found = spellings.matching(stripHyphens(name));
    const option = found.length > 1 ? this.ambiguous(name, found) : found[0];
    if (option === undefined) this.unknown(token, spellings);
    else if (value === undefined) this.begin(option);
    else if (option.option.shape.valueName === undefined) this.unknown(token, spellings);
    else this.complete(option, value);
  }

  private shortOrLong(token: string, spellings: Spellings): void {
    const [name, value] = split(token);
    const bare = stripHyphens(name);
    const short = spellings.short(bare);
    if (value !== undefined) {
      if (bare.length !== 1) this.long(token, spellings);
      else if (short?.option.shape.valueName !== undefined) this.complete(short, value);
      else this.unknown(token, spellings);
    } else if (short !== undefined) this.begin(short);
    else if (spellings.matching(bare).length > 0) this.long(token, spellings);
    else if (bare.length === 1) this.unknown(token, spellings);
    else this.glued(token, spellings);
  }

  /** `-topicpay-events`, `-tpay-events`, and several flags behind one minus. */
  private glued(token: string, spellings: Spellings): void {
    const bare = stripHyphens(token);
    const long = spellings.longPrefix(bare);
    if (long?.option.shape.valueName !== undefined) {
      this.complete(long, bare.slice(long.long?.length));
      return;
    }
    for (let at = 1; at < token.length; at++) {
      const option = spellings.short(token.charAt(at));
      if (option === undefined) {
        this.unknown(token, spellings);
        return;
      }
      this.begin(option);
      if (this.waiting !== undefined && at + 1 < token.length) {
        this.finish(unquoted(token.slice(at + 1)));
        return;
      }
    }
  }

  private unknown(token: string, spellings: Spellings): void {
    if (spellings === this.upstream && this.extensions.knows(token)) {
      if (token.startsWith("--")) this.long(token, this.extensions);
      else this.shortOrLong(token, this.extensions);
      return;
    }
    const known = [...this.upstream.names(), ...this.extensions.names()];
    const meant = nearest(split(token)[0], known);
    const shown = token.replace(SECRET, "$1******");
    throw refusal(`Unrecognized option: ${shown}`, meant && `did you mean ${meant}?`);
  }

  private ambiguous(name: string, found: readonly KeyedOption[]): never {
    const names = found.map(({ long }) => `'${long ?? ""}'`).join(", ");
    throw refusal(`Ambiguous option: '${name}'  (could be: ${names})`);
  }

  private begin(option: KeyedOption): void {
    this.checkWaiting();
    if (option.option.shape.valueName !== undefined) {
      this.waiting = option;
      this.checkExclusive(option);
    } else this.complete(option, undefined);
  }

  private complete(option: KeyedOption, value: string | undefined): void {
    this.checkWaiting();
    this.checkExclusive(option);
    this.given.push({ key: option.key, isCommon: option.isCommon, value });
  }

  private finish(value: string): void {
    const option = this.waiting;
    this.waiting = undefined;
    if (option !== undefined) this.complete(option, value);
  }

  private checkWaiting(): void {
    if (this.waiting === undefined) return;
    throw refusal(`Missing argument for option: ${this.waiting.short ?? this.waiting.long ?? ""}`);
  }

  private checkExclusive(option: KeyedOption): void {
    if (option.isCommon) return;
    const group = exclusiveGroups(this.command).find(({ options }) => options.includes(option.key));
    const other = this.given.find(
      (one) => !one.isCommon && one.key !== option.key && group?.options.includes(one.key),
    );
    if (other === undefined) return;
    const selected = this.upstream.named(other.key);
    throw refusal(
      `The option '${option.short ?? option.long ?? ""}' was specified but an option from this group has already ` +
        `been selected: '${selected}'`,
    );
  }
}

/** The names that options go by. */
class Spellings {
  private readonly options: readonly KeyedOption[];

  constructor(options: readonly KeyedOption[]) {
    this.options = options;
  }

  short(name: string): KeyedOption | undefined {
    return this.options.find((one) => one.short === name);
  }

  /** One for a whole long name, else all that begin so. */
  matching(name: string): KeyedOption[] {
    const whole = this.options.find(({ long }) => long === name);
    return whole !== undefined
      ? [whole]
      : this.options.filter(({ long }) => long?.startsWith(name));
  }

  /** The longest long name that the text begins with. */
  longPrefix(text: string): KeyedOption | undefined {
    const fitting = this.options.filter(
      ({ long }) =>
        long !== undefined &&
        long.length > 1 &&
        long.length < text.length - 1 &&
        text.startsWith(long),
    );
    return fitting.sort((left, right) => (right.long?.length ?? 0) - (left.long?.length ?? 0))[0];
  }

  /** Whether a word would be read as an option, wherever it stands. */
  knows(token: string): boolean {
    if (!token.startsWith("-") || token.length === 1) return false;
    const bare = stripHyphens(split(token)[0]);
    if (this.matching(bare).length > 0) return true;
    if (token.startsWith("--")) return false;
    return (
      this.longPrefix(stripHyphens(token)) !== undefined ||
      this.short(bare) !== undefined ||
      this.short(bare.charAt(0)) !== undefined
    );
  }

  named(key: string): string {
    const found = this.options.find((one) => one.key === key && !one.isCommon);
    return found?.short ?? found?.long ?? key;
  }

  names(): string[] {
    return this.options.flatMap(({ long }) => (long === undefined ? [] : [`--${long.trim()}`]));
  }
}

function refusal(message: string, hint?: string): UsageError {
  return new UsageError(message, { showHelp: true, ...(hint !== undefined && { hint }) });
}

function split(token: string): [name: string, value: string | undefined] {
  const at = token.indexOf("=");
  return at === -1 ? [token, undefined] : [token.slice(0, at), token.slice(at + 1)];
}

function stripHyphens(token: string): string {
  return token.replace(/^--?/, "");
}

/** commons-cli drops one pair of double quotes that a shell left around a value. */
function unquoted(text: string): string {
  const inner = /^"([^"]*)"$/s.exec(text)?.[1];
  return inner ?? text;
}
