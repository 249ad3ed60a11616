import { defineRequest } from "../define-request.js";
import { boolean, string } from "../header.js";

/** Copies the offsets of a group to another one. Upstream: CloneGroupOffsetRequestHeader. */
export const cloneGroupOffset = defineRequest({
  code: 314,
  name: "CLONE_GROUP_OFFSET",
  servedBy: "broker",
  request: {
    srcGroup: string.required(),
    destGroup: string.required(),
    topic: string.optional(),
    offline: boolean.optional(),
  },
});
