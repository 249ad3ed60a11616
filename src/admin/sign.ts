import { createHmac } from "node:crypto";
import type { Credentials } from "./admin.js";

/** What of a request is signed. */
export interface Signable {
  extFields: Record<string, string>;
  body?: Buffer | readonly Buffer[] | undefined;
}

/**
 * Adds credentials and their signature to a request: HMAC-SHA1 over the values of all fields in the order of their
 * names, then the body. Upstream: AclClientRPCHook, AclUtils.
 */
export function sign(request: Signable, credentials: Credentials): void {
  const fields = request.extFields;
  fields["AccessKey"] = credentials.accessKey;
  if (credentials.securityToken !== undefined) fields["SecurityToken"] = credentials.securityToken;
  const hmac = createHmac("sha1", credentials.secretKey);
  for (const name of Object.keys(fields).sort()) {
    if (name !== "Signature") hmac.update(fields[name] ?? "", "utf8");
  }
  const { body } = request;
  if (Buffer.isBuffer(body)) hmac.update(body);
  else for (const part of body ?? []) hmac.update(part);
  fields["Signature"] = hmac.digest("base64");
}
