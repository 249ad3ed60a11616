import { plainText } from "../bodies/plain-text.js";
import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/**
 * All configuration as properties text; the header has its version as JSON. Upstream:
 * GetBrokerConfigResponseHeader.
 */
export const getBrokerConfig = defineRequest({
  code: 26,
  name: "GET_BROKER_CONFIG",
  servedBy: "broker",
  response: {
    version: string.required(),
  },
  responseBody: plainText,
});
