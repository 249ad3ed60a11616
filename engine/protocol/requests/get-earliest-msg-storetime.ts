import { defineRequest } from "../define-request.js";
import { int32, int64, string } from "../header.js";

/**
 * Store time of the first message of a queue, -1 when there is none. Upstream:
 * GetEarliestMsgStoretimeRequestHeader.
 */
export const getEarliestMsgStoretime = defineRequest({
  code: 32,
  name: "GET_EARLIEST_MSG_STORETIME",
  servedBy: "broker",
  request: {
    topic: string.required(),
    queueId: int32.required(),
    brokerName: string.optional("bname"),
  },
  response: {
    timestamp: int64.required(),
  },
});
