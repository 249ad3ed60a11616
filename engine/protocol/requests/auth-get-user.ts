import { userInfo } from "../bodies/auth-info.js";
import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/** One user, without the password. Upstream: GetUserRequestHeader. */
export const authGetUser = defineRequest({
  code: 3004,
  name: "AUTH_GET_USER",
  servedBy: "broker",
  since: "5.3.0",
  request: {
    username: string.optional(),
  },
  responseBody: userInfo,
});
