import { defineRequest } from "../define-request.js";
import { int32, int64, string } from "../header.js";

/** Acknowledges a popped message. Upstream: AckMessageRequestHeader. */
export const ackMessage = defineRequest({
  code: 200051,
  name: "ACK_MESSAGE",
  servedBy: "broker",
  since: "5.0.0",
  request: {
    consumerGroup: string.required(),
    topic: string.required(),
    queueId: int32.required(),
    extraInfo: string.required(),
    offset: int64.required(),
    brokerName: string.optional("bname"),
  },
});
