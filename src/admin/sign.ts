import { signatureOf } from "../../engine/acl/signature.js";
import { CURRENT_VERSION } from "../../engine/protocol/remoting-command.js";
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
  fields["Signature"] = signatureOf(
    { extFields: fields, body: request.body, version: CURRENT_VERSION },
    credentials.secretKey,
  );
}
