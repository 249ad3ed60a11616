import { defineRequest } from "../define-request.js";
import { int64, string } from "../header.js";

/**
 * The record at a physical offset; answered with one stored record. Upstream:
 * ViewMessageRequestHeader.
 */
export const viewMessageById = defineRequest({
  code: 33,
  name: "VIEW_MESSAGE_BY_ID",
  servedBy: "broker",
  request: {
    topic: string.optional(),
    offset: int64.required(),
  },
});
