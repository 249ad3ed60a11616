import { UsageError } from "./exit-codes.js";

/** How an option is written: `-t, --topic <topic>`; a long name may hold or end in blanks, as some of upstream's do. */
const SPELLING = /^(?:-([^-\s,][^\s,]*))?(?:, )?(?:--(.*?))?(?: <([^>]+)>)?$/;

interface OptionShape<T> {
  readonly short: string | undefined;
  readonly long: string | undefined;
  /** Name of the value in help texts; undefined for a flag. */
  readonly valueName: string | undefined;
  readonly description: string;
  readonly parse: (text: string, label: string) => T;
}

/** What was different about an option in older releases: shown in their help, required where they required it. */
export interface Former {
  readonly before: string;
  /** Another name, or a flag where it takes a value now: then `run` gets what an empty value gives. */
  readonly spelling?: string;
  readonly description?: string;
  readonly isRequired?: boolean;
}

interface OptionTraits {
  readonly isRequired?: boolean;
  readonly isRepeated?: boolean;
  /** Not in upstream's tool: left out of its help layout, shown in ours. */
  readonly isExtension?: boolean;
  /** First release of upstream's that has it. */
  readonly since?: string;
  /** How it was declared in releases before the one named, oldest first. */
  readonly former?: readonly Former[];
  readonly fallback?: unknown;
  readonly choices?: readonly string[];
  /** What a shell may offer as value. */
  readonly completes?: "topic" | "group" | "cluster" | "broker" | "file" | "folder";
}

/**
 * One option of a command; `T` is what `run` gets for it. Immutable: each method returns a changed copy, so
 * options can be shared between commands.
 */
export class Option<T> {
  readonly shape: OptionShape<unknown>;
  readonly traits: OptionTraits;
  /** Only there for the type. */
  declare readonly value: T;

  constructor(shape: OptionShape<unknown>, traits: OptionTraits = {}) {
    this.shape = shape;
    this.traits = traits;
  }

  /** Missing is a usage error. */
  required(): Option<Exclude<T, undefined>> {
    return new Option(this.shape, { ...this.traits, isRequired: true });
  }

  /** The value when it is not given. */
  default<D>(fallback: D): Option<Exclude<T, undefined> | D> {
    return new Option(this.shape, { ...this.traits, fallback });
  }

  /** May be given several times; all values in order. Without this the first one wins, as upstream. */
  repeated(): Option<Exclude<T, undefined>[]> {
    return new Option(this.shape, { ...this.traits, isRepeated: true, fallback: [] });
  }

  /** Not in upstream's tool. */
  extension(): Option<T> {
    return new Option(this.shape, { ...this.traits, isExtension: true });
  }

  /** The first release of upstream's that has it, where that is later than the command's. */
  since(release: string): Option<T> {
    return new Option(this.shape, { ...this.traits, since: release });
  }

  /** As it was declared in an older release. */
  changed({ spelling, description, isRequired }: Former): Option<T> {
    return new Option(
      {
        ...this.shape,
        ...(spelling !== undefined && spelled(spelling)),
        ...(description !== undefined && { description }),
      },
      { ...this.traits, ...(isRequired !== undefined && { isRequired }) },
    );
  }

  /** How it was declared in releases before the one named; oldest first when called several times. */
  formerly(before: string, was: Omit<Former, "before">): Option<T> {
    const former = [...(this.traits.former ?? []), { before, ...was }];
    return new Option(this.shape, { ...this.traits, former });
  }

  completes(what: NonNullable<OptionTraits["completes"]>): Option<T> {
    return new Option(this.shape, { ...this.traits, completes: what });
  }
}

/** Any option, whatever its value. */
export type AnyOption = Option<unknown>;
export type OptionTable = Readonly<Record<string, AnyOption>>;
/** What `run` gets: each option's value by the key it was declared under. */
export type OptionValues<O extends OptionTable> = { readonly [K in keyof O]: O[K]["value"] };

/** `-t, --topic` as it is named in messages. */
export function labelOf(named: {
  readonly short: string | undefined;
  readonly long: string | undefined;
}): string {
  const { short, long } = named;
  return [short && `-${short}`, long && `--${long.trim()}`].filter(Boolean).join(", ");
}

function make<T>(
  spelling: string,
  description: string,
  parse: (text: string, label: string) => T,
): Option<T | undefined> {
  return new Option({ ...spelled(spelling), description, parse });
}

function spelled(spelling: string): Pick<OptionShape<unknown>, "short" | "long" | "valueName"> {
  const match = SPELLING.exec(spelling);
  if (match === null || (match[1] ?? match[2]) === undefined) {
    throw new TypeError(`not an option's spelling: ${spelling}`);
  }
  return { short: match[1], long: match[2], valueName: match[3] };
}

/** Text without the blanks around it. */
export function text(spelling: string, description: string): Option<string | undefined> {
  return make(spelling, description, (value) => value.trim());
}

/** Text exactly as given, such as a message's body. */
export function rawText(spelling: string, description: string): Option<string | undefined> {
  return make(spelling, description, (value) => value);
}

/** Takes no value. */
export function flag(spelling: string, description: string): Option<boolean> {
  return make(spelling, description, () => true).default(false);
}

/** Takes a value, read as Java's Boolean.parseBoolean does: `true` in any case is true, all else is false. */
export function boolean(spelling: string, description: string): Option<boolean | undefined> {
  return make(spelling, description, (value) => value.trim().toLowerCase() === "true");
}

/** An int32. */
export function integer(spelling: string, description: string): Option<number | undefined> {
  return make(spelling, description, (value, label) =>
    Number(wholeNumber(value, { label, bits: 32 })),
  );
}

/** An int64 that fits 53 bits, as a number: offsets, counts, times. */
export function long(spelling: string, description: string): Option<number | undefined> {
  return make(spelling, description, (value, label) => {
    const number = Number(wholeNumber(value, { label, bits: 64 }));
    if (!Number.isSafeInteger(number)) {
      throw new UsageError(`${label}: ${value.trim()} is beyond ${Number.MAX_SAFE_INTEGER}`);
    }
    return number;
  });
}

/** An int64 of any size, as a bigint. */
export function bigLong(spelling: string, description: string): Option<bigint | undefined> {
  return make(spelling, description, (value, label) => wholeNumber(value, { label, bits: 64 }));
}

/** One of a few words, in any case; the value is spelled as declared. */
export function choice<const C extends string>(
  spelling: string,
  description: string,
  choices: readonly C[],
): Option<C | undefined> {
  const option = make(spelling, description, (value, label): C => {
    const wanted = value.trim().toLowerCase();
    const found = choices.find((one) => one.toLowerCase() === wanted);
    if (found !== undefined) return found;
    throw new UsageError(`${label}: ${value.trim()} is none of ${choices.join(", ")}`);
  });
  return new Option(option.shape, { ...option.traits, choices });
}

/** One `host:port`. */
export function address(spelling: string, description: string): Option<string | undefined> {
  return make(spelling, description, (value, label) => {
    const port = /^\S+:(\d{1,5})$/.exec(value.trim())?.[1];
    if (port !== undefined && Number(port) <= 65535) return value.trim();
    throw new UsageError(`${label}: ${value.trim()} is not host:port`);
  });
}

/** Several `host:port`, separated by semicolons. */
export function addresses(spelling: string, description: string): Option<string[] | undefined> {
  const one = address(spelling, description);
  return make(spelling, description, (value, label) => {
    const items = value.split(";").filter((item) => item.trim() !== "");
    if (items.length === 0) throw new UsageError(`${label} names no host:port`);
    return items.map((item) => one.shape.parse(item, label) as string);
  });
}

/** A comma list, blanks around the items dropped. */
export function list(spelling: string, description: string): Option<string[] | undefined> {
  return make(spelling, description, (value) =>
    value
      .split(",")
      .map((item) => item.trim())
      .filter((item) => item !== ""),
  );
}

/** A span such as 500ms, 30s, 5m, 2h, 7d or plain milliseconds; milliseconds. */
export function duration(spelling: string, description: string): Option<number | undefined> {
  return make(spelling, description, (value, label) => {
    const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(value.trim());
    if (match === null) {
      throw new UsageError(`${label}: ${value.trim()} is not a span of time`, {
        hint: "such as 500ms, 30s, 5m, 2h, 7d",
      });
    }
    return Number(match[1]) * (UNIT_MS[match[2] ?? "ms"] ?? 1);
  });
}

const UNIT_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * A moment: milliseconds, upstream's yyyy-MM-dd#HH:mm:ss:SSS in the machine's zone, ISO 8601, `now`, or a span before
 * now such as -10m; milliseconds.
 */
export function dateTime(spelling: string, description: string): Option<number | undefined> {
  return make(spelling, description, (value, label) => {
    const time = parseDateTime(value.trim());
    if (time !== undefined) return time;
    throw new UsageError(`${label}: ${value.trim()} is not a time`, {
      hint: "milliseconds, 2025-09-19#17:25:31:101, ISO 8601, now, or -10m",
    });
  });
}

/** As `dateTime`, or one of a few words such as `now`. */
export function dateTimeOr<const W extends string>(
  spelling: string,
  description: string,
  words: readonly W[],
): Option<number | W | undefined> {
  return make(spelling, description, (value, label): number | W => {
    const word = words.find((one) => one === value.trim());
    const time = word ?? parseDateTime(value.trim());
    if (time !== undefined) return time;
    throw new UsageError(`${label}: ${value.trim()} is not a time`, {
      hint: `${words.join(", ")}, milliseconds, 2025-09-19#17:25:31:101, ISO 8601, or -10m`,
    });
  });
}

/** Milliseconds of a moment; undefined when the text is none. */
export function parseDateTime(text: string): number | undefined {
  if (/^-?\d{1,16}$/.test(text)) return Number(text);
  if (text === "now") return Date.now();
  const ago = /^-(\d{1,9})(ms|s|m|h|d)$/.exec(text);
  if (ago !== null) return Date.now() - Number(ago[1]) * (UNIT_MS[ago[2] ?? "ms"] ?? 1);
  const upstream = /^(\d{4})-(\d\d)-(\d\d)#(\d\d):(\d\d):(\d\d):(\d{1,3})$/.exec(text);
  if (upstream !== null) {
    const [year = 0, month = 1, ...rest] = upstream.slice(1).map(Number);
    return new Date(
      year,
      month - 1,
      ...(rest as [number, number, number, number, number]),
    ).getTime();
  }
  const parsed = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(parsed) ? undefined : parsed;
}

/** The words `For input string` are what Java says, and what scripts look for. */
function wholeNumber(value: string, want: { label: string; bits: 32 | 64 }): bigint {
  const trimmed = value.trim();
  const number = /^[+-]?\d{1,19}$/.test(trimmed) ? BigInt(trimmed) : undefined;
  if (number !== undefined && BigInt.asIntN(want.bits, number) === number) return number;
  throw new UsageError(`${want.label} takes an int${want.bits}. For input string: "${trimmed}"`);
}
