import { userInfoList } from "../bodies/auth-info.js";
import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/** Users whose name contains a text. Upstream: ListUsersRequestHeader. */
export const authListUser = defineRequest({
  code: 3005,
  name: "AUTH_LIST_USER",
  servedBy: "broker",
  since: "5.3.0",
  request: {
    filter: string.optional(),
  },
  responseBody: userInfoList,
});
