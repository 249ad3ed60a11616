import { RocketmqError } from "../../engine/base/errors.js";

/** Bytes as text in a charset that is named as Java names it. Throws a usage error for an unknown one. */
export function decodeText(bytes: Buffer, charset: string): string {
  const name = charset.toUpperCase().replaceAll("_", "-");
  // The web's "latin1" is windows-1252, Java's is not.
  if (name === "ISO-8859-1" || name === "ISO8859-1" || name === "LATIN1")
    return bytes.toString("latin1");
  if (name === "US-ASCII" || name === "ASCII") {
    return bytes.toString("latin1").replace(/[\u0080-\u00ff]/g, "\ufffd");
  }
  return decoderOf(charset).decode(bytes);
}

/** The usage error of a charset that `decodeText` cannot decode. */
export function unknownCharset(charset: string): RocketmqError | undefined {
  try {
    decodeText(Buffer.alloc(0), charset);
    return undefined;
  } catch (thrown) {
    return thrown as RocketmqError;
  }
}

/** Throws a usage error when `decodeText` cannot decode this charset. */
export function checkCharset(charset: string): void {
  const unknown = unknownCharset(charset);
  if (unknown !== undefined) throw unknown;
}

function decoderOf(charset: string): InstanceType<typeof TextDecoder> {
  try {
    return new TextDecoder(charset, { ignoreBOM: true });
  } catch (cause) {
    throw new RocketmqError(`the charset ${charset} is not known`, {
      kind: "usage",
      hint: "such as UTF-8, GBK, ISO-8859-1",
      cause,
    });
  }
}
