import type { Compat } from "./compat.js";
import type { AnyCommand } from "./define-command.js";
import { type AnyOption, choice, duration, flag, text } from "./options.js";
import { FORMATS } from "../output/formats.js";

/** Options that every command has. Those of upstream come first, ours are extensions. */
export const COMMON = {
  help: flag("-h, --help", "Print help"),
  namesrvAddr: text(
    "-n, --namesrvAddr <arg>",
    "Name server address list, eg: '192.168.0.1:9876;192.168.0.2:9876'",
  ).formerly("4.9.3", {
    description: "Name server address list, eg: 192.168.0.1:9876;192.168.0.2:9876",
  }),
  output: choice("-o, --output <format>", "form of the output", FORMATS).extension(),
  timeout: duration("--timeout <span>", "how long one request may take, 5s if not given")
    .default(5000)
    .extension(),
  accessKey: text("--access-key <key>", "sign requests, with --secret-key").extension(),
  secretKey: text(
    "--secret-key <key>",
    "sign requests; ROCKETMQ_SECRET_KEY does not show in lists of processes",
  ).extension(),
  securityToken: text("--security-token <token>", "sent with the signature").extension(),
  context: text("--context <name>", "the cluster of that name, see mqctl context").extension(),
  tls: flag("--tls", "connect by TLS; without --tls-ca any server is trusted").extension(),
  tlsCa: text("--tls-ca <file>", "authorities that servers are checked against, PEM")
    .completes("file")
    .extension(),
  tlsCert: text("--tls-cert <file>", "certificate to show to servers, PEM")
    .completes("file")
    .extension(),
  tlsKey: text("--tls-key <file>", "key of that certificate, PEM").completes("file").extension(),
  compat: text(
    "--compat <release>",
    "text as Apache's tool of that release prints it, such as 4.8",
  ).extension(),
  dryRun: flag("--dry-run", "show what would be sent and changed, change nothing").extension(),
  yes: flag("-y, --yes", "do not ask before something is changed").extension(),
} as const;

/** Common options of commands that talk to a cluster. */
const ONLINE: ReadonlySet<string> = new Set([
  "namesrvAddr",
  "timeout",
  "accessKey",
  "secretKey",
  "securityToken",
  "context",
  "tls",
  "tlsCa",
  "tlsCert",
  "tlsKey",
]);

/** An option under the key its value is handed on with. */
export interface KeyedOption {
  readonly key: string;
  readonly option: AnyOption;
  readonly isCommon: boolean;
  /** Undefined where the command uses the letter for something else: then only the long name is left. */
  readonly short: string | undefined;
  readonly long: string | undefined;
}

/** The common option that a command may declare itself under this key, where upstream calls it something else. */
const NAMESRV = "namesrvAddr";

/**
 * All options of a command. A command's own spelling wins: where it has an `-o` or `-n` of its own, the common
 * option keeps only its long name, and where it has the long name as well the common option is not there.
 */
export function optionSet(command: AnyCommand): readonly KeyedOption[] {
  const { asOf } = command;
  const options = command.options as Record<string, AnyOption>;
  // a command without a cluster has no common option that its own could stand for
  const renamed = command.offline === true ? undefined : options[NAMESRV];
  const own = Object.entries(options)
    .filter(([key]) => key !== NAMESRV || renamed === undefined)
    .map(([key, option]) => [key, optionAsOf(option, asOf)] as const);
  const shorts = new Set(own.map(([, option]) => option.shape.short));
  const longs = new Set(own.map(([, option]) => option.shape.long));
  const common = Object.entries(COMMON)
    .filter(([key]) => isOffered(key, command))
    .filter(([, option]) => !longs.has(option.shape.long))
    .map(([key, current]): KeyedOption => {
      const option = optionAsOf(key === NAMESRV ? (renamed ?? current) : current, asOf);
      const { short, long } = option.shape;
      return { key, option, isCommon: true, short: shorts.has(short) ? undefined : short, long };
    });
  return [
    ...common,
    ...own.map(([key, option]): KeyedOption => {
      const { short, long } = option.shape;
      return { key, option, isCommon: false, short, long };
    }),
  ];
}

/** The groups of options that exclude each other, those of the release that the command is to look like. */
export function exclusiveGroups({
  exclusive,
  asOf,
}: AnyCommand): NonNullable<AnyCommand["exclusive"]> {
  return (exclusive ?? []).filter(({ since }) => asOf?.isBefore(since ?? "0.0") !== true);
}

/** Whether a command offers --dry-run, and asks on a terminal before it changes something. */
export function isRehearsed(command: AnyCommand): boolean {
  return command.impact !== "read" && command.offline !== true && command.unasked !== true;
}

/** An option as a release of upstream's has it; one that is younger counts as ours. */
function optionAsOf(option: AnyOption, compat: Compat | undefined): AnyOption {
  if (compat === undefined) return option;
  const { since, former } = option.traits;
  if (since !== undefined && compat.isBefore(since))
    return option.extension().changed({ before: since, isRequired: false });
  const was = former?.find(({ before }) => compat.isBefore(before));
  return was === undefined ? option : option.changed(was);
}

function isOffered(key: string, command: AnyCommand): boolean {
  if (ONLINE.has(key)) return command.offline !== true;
  if (key === "compat") return command.offline !== true && command.unasked !== true;
  if (key === "yes" || key === "dryRun") return isRehearsed(command);
  return true;
}
