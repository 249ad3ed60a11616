import { defineRequest } from "../define-request.js";
import { int32, string } from "../header.js";

/** How many requests wait at a queue. Upstream: PollingInfoRequestHeader. */
export const pollingInfo = defineRequest({
  code: 200055,
  name: "POLLING_INFO",
  servedBy: "broker",
  since: "5.0.0",
  request: {
    consumerGroup: string.required(),
    topic: string.required(),
    queueId: int32.required(),
    brokerName: string.optional("bname"),
  },
  response: {
    pollingNum: int32.required(),
  },
});
