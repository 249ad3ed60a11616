import { plainText } from "../bodies/plain-text.js";
import { defineRequest } from "../define-request.js";

/**
 * Changes configuration of a running name server; the body is properties text. Upstream:
 * DefaultRequestProcessor.updateConfig.
 */
export const updateNamesrvConfig = defineRequest({
  code: 318,
  name: "UPDATE_NAMESRV_CONFIG",
  servedBy: "namesrv",
  requestBody: plainText,
});
