import { userInfo } from "../bodies/auth-info.js";
import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/** Creates a user. Upstream: CreateUserRequestHeader. */
export const authCreateUser = defineRequest({
  code: 3001,
  name: "AUTH_CREATE_USER",
  servedBy: "broker",
  since: "5.3.0",
  request: {
    username: string.optional(),
  },
  requestBody: userInfo,
});
