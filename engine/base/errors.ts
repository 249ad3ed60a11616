/** What went wrong, in the words that exit codes and retries are decided by. */
export type ErrorKind =
  "failed" | "usage" | "not-found" | "denied" | "unreachable" | "corrupt" | "internal";

export interface ErrorOptions {
  kind: ErrorKind;
  /** One short sentence for the reader: what to do about it. */
  hint?: string;
  cause?: unknown;
}

/** An error that is expected to happen in operation: one line for the reader, no stack trace. */
export class RocketmqError extends Error {
  override name = "RocketmqError";
  readonly kind: ErrorKind;
  readonly hint: string | undefined;

  constructor(message: string, options: ErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = options.kind;
    this.hint = options.hint;
  }
}

/** A file or a frame that does not decode. */
export class CorruptError extends RocketmqError {
  override name = "CorruptError";
  constructor(message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, { kind: "corrupt", ...options });
  }
}

/** A peer that was not reached, or did not answer before its deadline (milliseconds). */
export class UnreachableError extends RocketmqError {
  override name = "UnreachableError";
  readonly address: string;
  constructor(message: string, address: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, { kind: "unreachable", ...options });
    this.address = address;
  }
}

/** Text of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
