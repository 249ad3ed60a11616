import type { BodyCodec } from "../define-request.js";

/** A body that is text: properties ("key=value" lines), JSON that is handed on as it is. */
export const plainText: BodyCodec<string> = {
  name: "PlainText",
  encode: (body) => Buffer.from(body),
  decode: (bytes) => bytes.toString("utf8"),
};
