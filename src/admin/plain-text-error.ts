import { type ErrorKind, RocketmqError } from "../../engine/base/errors.js";

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
