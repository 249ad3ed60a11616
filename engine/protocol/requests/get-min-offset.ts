import { defineRequest } from "../define-request.js";
import { int32, int64, string } from "../header.js";

/** First queue offset that is still there. Upstream: GetMinOffsetRequestHeader. */
export const getMinOffset = defineRequest({
  code: 31,
  name: "GET_MIN_OFFSET",
  servedBy: "broker",
  request: {
    topic: string.required(),
    queueId: int32.required(),
    brokerName: string.optional("bname"),
  },
  response: {
    offset: int64.required(),
  },
});
