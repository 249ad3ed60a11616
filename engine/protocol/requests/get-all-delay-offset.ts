import { delayOffsetWrapper } from "../bodies/delay-offset-wrapper.js";
import { defineRequest } from "../define-request.js";

/** Progress of the delay levels, for a slave. Upstream: DelayOffsetSerializeWrapper. */
export const getAllDelayOffset = defineRequest({
  code: 45,
  name: "GET_ALL_DELAY_OFFSET",
  servedBy: "broker",
  responseBody: delayOffsetWrapper,
});
