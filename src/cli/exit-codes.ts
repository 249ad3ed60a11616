import { type ErrorKind, RocketmqError } from "../../engine/base/errors.js";

/** Exit status of every program, by what happened. Upstream exits 0 after most failures. */
export const ExitCode = {
  ok: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  denied: 4,
  unreachable: 5,
  corrupt: 6,
  internal: 70,
  interrupted: 130,
  terminated: 143,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

const BY_KIND: Record<ErrorKind, ExitCode> = {
  failed: ExitCode.failed,
  usage: ExitCode.usage,
  "not-found": ExitCode.notFound,
  denied: ExitCode.denied,
  unreachable: ExitCode.unreachable,
  corrupt: ExitCode.corrupt,
  internal: ExitCode.internal,
};

export function exitCodeOf(thrown: unknown): ExitCode {
  return thrown instanceof RocketmqError ? BY_KIND[thrown.kind] : ExitCode.internal;
}

/** The command line is wrong: exit 2. */
export class UsageError extends RocketmqError {
  override name = "UsageError";
  /** The command's help is printed on stdout, as upstream does for what its parser refuses. */
  readonly showHelp: boolean;
  constructor(message: string, options: { hint?: string; showHelp?: boolean } = {}) {
    super(message, { kind: "usage", ...(options.hint !== undefined && { hint: options.hint }) });
    this.showHelp = options.showHelp ?? false;
  }
}
