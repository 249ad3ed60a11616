import { defineRequest } from "../define-request.js";
import { boolean, int32, int64, string } from "../header.js";

/**
 * Committed offset of a group in one queue; QUERY_NOT_FOUND when there is none. Upstream:
 * QueryConsumerOffsetRequestHeader.
 */
export const queryConsumerOffset = defineRequest({
  code: 14,
  name: "QUERY_CONSUMER_OFFSET",
  servedBy: "broker",
  request: {
    consumerGroup: string.required(),
    topic: string.required(),
    queueId: int32.required(),
    setZeroIfNotFound: boolean.optional(),
    brokerName: string.optional("bname"),
  },
  response: {
    offset: int64.required(),
  },
});
