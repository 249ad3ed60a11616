/** Signatures of requests. Upstream: AclSigner, AclUtils.combineRequestContent. */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { RemotingCommand } from "../protocol/remoting-command.js";

/** V4_9_3: clients up to it do not sign the mark of a query by unique key. */
const UNIQUE_KEY_UNSIGNED_UP_TO = 399;
const UNIQUE_KEY_QUERY = "_UNIQUE_KEY_QUERY";

type Signed = Pick<RemotingCommand, "extFields" | "body" | "version">;

/** Base64 of the HMAC-SHA1 over the values of all fields in the order of their names, then the body. */
export function signatureOf({ extFields, body, version }: Signed, secretKey: string): string {
  return hmacOf({ extFields, body, version }, secretKey).toString("base64");
}

/** Compares in constant time. */
export function isSignedBy(request: Signed, secretKey: string): boolean {
  const given = Buffer.from(request.extFields["Signature"] ?? "", "base64");
  const right = hmacOf(request, secretKey);
  return given.length === right.length && timingSafeEqual(given, right);
}

function hmacOf({ extFields, body, version }: Signed, secretKey: string): Buffer {
  const hmac = createHmac("sha1", secretKey);
  // the default order is that of UTF-16 code units, as Java's is
  for (const name of Object.keys(extFields).sort()) {
    if (name === "Signature") continue;
    if (name === UNIQUE_KEY_QUERY && version <= UNIQUE_KEY_UNSIGNED_UP_TO) continue;
    hmac.update(extFields[name] ?? "", "utf8");
  }
  if (Buffer.isBuffer(body)) hmac.update(body);
  else for (const part of body ?? []) hmac.update(part);
  return hmac.digest();
}
