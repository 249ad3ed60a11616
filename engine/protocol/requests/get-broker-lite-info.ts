import { brokerLiteInfo } from "../bodies/lite-bodies.js";
import { defineRequest } from "../define-request.js";

/** What a broker keeps of light topics. */
export const getBrokerLiteInfo = defineRequest({
  code: 200074,
  name: "GET_BROKER_LITE_INFO",
  servedBy: "broker",
  since: "5.5.0",
  request: {},
  responseBody: brokerLiteInfo,
});
