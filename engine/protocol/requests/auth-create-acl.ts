import { aclInfo } from "../bodies/auth-info.js";
import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/** Gives a subject permissions. Upstream: CreateAclRequestHeader. */
export const authCreateAcl = defineRequest({
  code: 3006,
  name: "AUTH_CREATE_ACL",
  servedBy: "broker",
  since: "5.3.0",
  request: {
    subject: string.optional(),
  },
  requestBody: aclInfo,
});
