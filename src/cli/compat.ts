import type { Env } from "./context.js";
import { UsageError } from "./exit-codes.js";
import type { CommandEntry } from "./registry.js";

/** Which release of Apache's tool the text is to be that of. */
export interface Compat {
  /** `4.8.0` */
  readonly release: string;
  /** Whether the text is that of an older release than this one. */
  readonly isBefore: (release: string) => boolean;
}

/** The newest release whose text is known. */
export const NEWEST_RELEASE = "5.5.0";
const OLDEST = 4_008_000;

/** The release that --compat or MQADMIN_COMPAT names, `4.8` or `5.3.3`; the newest when neither does. */
export function compatOf(option: string | undefined, env: Env): Compat {
  const given = option ?? env["MQADMIN_COMPAT"] ?? "";
  const release = given.trim() === "" ? NEWEST_RELEASE : given.trim();
  const own = numberOf(release);
  if (own === undefined || own < OLDEST) {
    throw new UsageError(`--compat: ${release} is no release that can be imitated`, {
      hint: `4.8 and later, such as 4.8, 4.9.7 or ${NEWEST_RELEASE}`,
    });
  }
  return { release, isBefore: (other) => own < (numberOf(other) ?? 0) };
}

/** Where a command line says --compat; -1 where it does not. */
export function compatIndex(argv: readonly string[]): number {
  return argv.findIndex((token) => /^--?compat(=|$)/.test(token));
}

/** What a command line says behind --compat, also one that does not parse. */
export function compatArgument(argv: readonly string[]): string | undefined {
  const at = compatIndex(argv);
  const token = argv[at];
  if (token === undefined) return undefined;
  return token.includes("=") ? token.slice(token.indexOf("=") + 1) : argv[at + 1];
}

/** What a command was called in a release. */
export function nameAsOf(
  { name, formerName }: Pick<CommandEntry, "name" | "formerName">,
  compat: Compat | undefined,
): string {
  return formerName?.find(({ before }) => compat?.isBefore(before) === true)?.name ?? name;
}

/** `5.3.3` as a number that compares; undefined for what is no release. */
function numberOf(release: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})(?:\.(\d{1,3}))?$/.exec(release);
  if (match === null) return undefined;
  const [, major, minor, patch = "0"] = match;
  return (Number(major) * 1000 + Number(minor)) * 1000 + Number(patch);
}
