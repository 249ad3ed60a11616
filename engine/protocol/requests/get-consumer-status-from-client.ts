import { getConsumerStatusBody } from "../bodies/get-consumer-status-body.js";
import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/** Asks a consumer for its offsets. Upstream: GetConsumerStatusRequestHeader. */
export const getConsumerStatusFromClient = defineRequest({
  code: 221,
  name: "GET_CONSUMER_STATUS_FROM_CLIENT",
  servedBy: "client",
  request: {
    topic: string.required(),
    group: string.required(),
    clientAddr: string.optional(),
  },
  responseBody: getConsumerStatusBody,
});
