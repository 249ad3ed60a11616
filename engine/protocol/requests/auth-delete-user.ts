import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/** Deletes a user. Upstream: DeleteUserRequestHeader. */
export const authDeleteUser = defineRequest({
  code: 3003,
  name: "AUTH_DELETE_USER",
  servedBy: "broker",
  since: "5.3.0",
  request: {
    username: string.optional(),
  },
});
