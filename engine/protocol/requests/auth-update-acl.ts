import { aclInfo } from "../bodies/auth-info.js";
import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/** Changes permissions of a subject. Upstream: UpdateAclRequestHeader. */
export const authUpdateAcl = defineRequest({
  code: 3007,
  name: "AUTH_UPDATE_ACL",
  servedBy: "broker",
  since: "5.3.0",
  request: {
    subject: string.optional(),
  },
  requestBody: aclInfo,
});
