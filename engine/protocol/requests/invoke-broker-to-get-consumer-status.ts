import { getConsumerStatusBody } from "../bodies/get-consumer-status-body.js";
import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/** Offsets as the clients of a group hold them. Upstream: GetConsumerStatusRequestHeader. */
export const invokeBrokerToGetConsumerStatus = defineRequest({
  code: 223,
  name: "INVOKE_BROKER_TO_GET_CONSUMER_STATUS",
  servedBy: "broker",
  request: {
    topic: string.required(),
    group: string.required(),
    clientAddr: string.optional(),
  },
  responseBody: getConsumerStatusBody,
});
