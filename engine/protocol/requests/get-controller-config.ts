import { plainText } from "../bodies/plain-text.js";
import { defineRequest } from "../define-request.js";

/** All configuration of a controller as properties text. Upstream: ControllerRequestProcessor. */
export const getControllerConfig = defineRequest({
  code: 1010,
  name: "GET_CONTROLLER_CONFIG",
  servedBy: "controller",
  since: "5.0.0",
  responseBody: plainText,
});
