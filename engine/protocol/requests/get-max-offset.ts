import { defineRequest } from "../define-request.js";
import { boolean, int32, int64, string } from "../header.js";

/** Next queue offset to be written. Upstream: GetMaxOffsetRequestHeader. */
export const getMaxOffset = defineRequest({
  code: 30,
  name: "GET_MAX_OFFSET",
  servedBy: "broker",
  request: {
    topic: string.required(),
    queueId: int32.required(),
    committed: boolean.optional(),
    brokerName: string.optional("bname"),
  },
  response: {
    offset: int64.required(),
  },
});
