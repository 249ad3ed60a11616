import { aclInfo } from "../bodies/auth-info.js";
import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/** Permissions of a subject. Upstream: GetAclRequestHeader. */
export const authGetAcl = defineRequest({
  code: 3009,
  name: "AUTH_GET_ACL",
  servedBy: "broker",
  since: "5.3.0",
  request: {
    subject: string.optional(),
  },
  responseBody: aclInfo,
});
