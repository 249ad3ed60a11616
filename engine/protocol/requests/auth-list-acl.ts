import { aclInfoList } from "../bodies/auth-info.js";
import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/** Permissions by subject and resource. Upstream: ListAclsRequestHeader. */
export const authListAcl = defineRequest({
  code: 3010,
  name: "AUTH_LIST_ACL",
  servedBy: "broker",
  since: "5.3.0",
  request: {
    subjectFilter: string.optional(),
    resourceFilter: string.optional(),
  },
  responseBody: aclInfoList,
});
