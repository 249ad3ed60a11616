import { type ErrorKind, RocketmqError } from "../../engine/base/errors.js";
import { type Compat, NEWEST_RELEASE } from "../cli/compat.js";

/**
 * A failure that upstream reports as text on stdout, without a line end and without a stack trace. Scripts look for
 * that text, so Apache's output keeps it; every other output gets the message on stderr. The exit code says it failed.
 */
export class PlainTextError extends RocketmqError {
  override name = "PlainTextError";
  readonly plainText: string;

  constructor(plainText: string, options: { kind: ErrorKind; message?: string; hint?: string }) {
    super(options.message ?? plainText.trim(), {
      kind: options.kind,
      ...(options.hint === undefined ? {} : { hint: options.hint }),
    });
    this.plainText = plainText;
  }
}

const passedOver = new WeakMap<Error, string>();

/**
 * Marks a failure that upstream passes over: with --compat its text, often none at all, stands in the place of the
 * message, so that the output is upstream's to the byte. The exit code says all the same that it failed.
 */
export function upstreamPrints<E extends Error>(text: string, error: E): E {
  passedOver.set(error, text);
  return error;
}

/** Whether --compat asks for an older release's text. */
export function isOlderText(release: Pick<Compat, "isBefore"> | undefined): boolean {
  return release?.isBefore(NEWEST_RELEASE) === true;
}

/** What upstream prints where it passes over this failure. */
export function passedOverText(error: unknown): string | undefined {
  return error instanceof Error ? passedOver.get(error) : undefined;
}
