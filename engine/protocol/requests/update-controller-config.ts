import { plainText } from "../bodies/plain-text.js";
import { defineRequest } from "../define-request.js";

/**
 * Changes configuration of a running controller; the body is properties text. Upstream:
 * ControllerRequestProcessor.
 */
export const updateControllerConfig = defineRequest({
  code: 1009,
  name: "UPDATE_CONTROLLER_CONFIG",
  servedBy: "controller",
  since: "5.0.0",
  requestBody: plainText,
});
