import { plainText } from "../bodies/plain-text.js";
import { defineRequest } from "../define-request.js";

/**
 * All configuration of a name server as properties text. Upstream:
 * DefaultRequestProcessor.getConfig.
 */
export const getNamesrvConfig = defineRequest({
  code: 319,
  name: "GET_NAMESRV_CONFIG",
  servedBy: "namesrv",
  responseBody: plainText,
});
