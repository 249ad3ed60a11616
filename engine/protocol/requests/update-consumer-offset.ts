import { defineRequest } from "../define-request.js";
import { int32, int64, string } from "../header.js";

/** Commits the offset of a group in one queue. Upstream: UpdateConsumerOffsetRequestHeader. */
export const updateConsumerOffset = defineRequest({
  code: 15,
  name: "UPDATE_CONSUMER_OFFSET",
  servedBy: "broker",
  request: {
    consumerGroup: string.required(),
    topic: string.required(),
    queueId: int32.required(),
    commitOffset: int64.required(),
    brokerName: string.optional("bname"),
  },
});
