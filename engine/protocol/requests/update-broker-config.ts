import { plainText } from "../bodies/plain-text.js";
import { defineRequest } from "../define-request.js";

/**
 * Changes configuration of a running broker; the body is properties text. Upstream:
 * AdminBrokerProcessor.updateBrokerConfig.
 */
export const updateBrokerConfig = defineRequest({
  code: 25,
  name: "UPDATE_BROKER_CONFIG",
  servedBy: "broker",
  requestBody: plainText,
});
