import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/** Takes permissions from a subject. Upstream: DeleteAclRequestHeader. */
export const authDeleteAcl = defineRequest({
  code: 3008,
  name: "AUTH_DELETE_ACL",
  servedBy: "broker",
  since: "5.3.0",
  request: {
    subject: string.optional(),
    policyType: string.optional(),
    resource: string.optional(),
  },
});
