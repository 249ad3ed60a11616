import { defineRequest } from "../define-request.js";
import { boolean, int32, int64, string } from "../header.js";

/** Waits until there is something to pop. Upstream: NotificationRequestHeader. */
export const notification = defineRequest({
  code: 200054,
  name: "NOTIFICATION",
  servedBy: "broker",
  since: "5.0.0",
  request: {
    consumerGroup: string.required(),
    topic: string.required(),
    queueId: int32.required(),
    pollTime: int64.required(),
    /** A broker takes its own time when it is absent or 0. */
    bornTime: int64.optional(),
    order: boolean.optional(),
    attemptId: string.optional(),
    brokerName: string.optional("bname"),
  },
  response: {
    hasMsg: boolean.required(),
    pollingFull: boolean.optional(),
  },
});
