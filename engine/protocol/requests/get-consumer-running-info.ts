import { consumerRunningInfo } from "../bodies/consumer-running-info.js";
import { defineRequest } from "../define-request.js";
import { boolean, string } from "../header.js";

/**
 * State of one client of a group; the broker passes it on. Upstream:
 * GetConsumerRunningInfoRequestHeader.
 */
export const getConsumerRunningInfo = defineRequest({
  code: 307,
  name: "GET_CONSUMER_RUNNING_INFO",
  servedBy: ["broker", "client"],
  request: {
    consumerGroup: string.required(),
    clientId: string.required(),
    jstackEnable: boolean.optional(),
  },
  responseBody: consumerRunningInfo,
});
