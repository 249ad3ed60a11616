import { groupForbidden } from "../bodies/group-forbidden.js";
import { defineRequest } from "../define-request.js";
import { boolean, string } from "../header.js";

/** Forbids a group to read a topic, or allows it. Upstream: UpdateGroupForbiddenRequestHeader. */
export const updateAndGetGroupForbidden = defineRequest({
  code: 353,
  name: "UPDATE_AND_GET_GROUP_FORBIDDEN",
  servedBy: "broker",
  since: "5.0.0",
  request: {
    group: string.required(),
    topic: string.required(),
    readable: boolean.optional(),
  },
  responseBody: groupForbidden,
});
