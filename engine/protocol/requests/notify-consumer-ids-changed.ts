import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/** Tells a consumer that its group changed. Upstream: NotifyConsumerIdsChangedRequestHeader. */
export const notifyConsumerIdsChanged = defineRequest({
  code: 40,
  name: "NOTIFY_CONSUMER_IDS_CHANGED",
  servedBy: "client",
  request: {
    consumerGroup: string.required(),
  },
});
