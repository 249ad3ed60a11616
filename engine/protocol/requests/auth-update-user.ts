import { userInfo } from "../bodies/auth-info.js";
import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/** Changes a user. Upstream: UpdateUserRequestHeader. */
export const authUpdateUser = defineRequest({
  code: 3002,
  name: "AUTH_UPDATE_USER",
  servedBy: "broker",
  since: "5.3.0",
  request: {
    username: string.optional(),
  },
  requestBody: userInfo,
});
