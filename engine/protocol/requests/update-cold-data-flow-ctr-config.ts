import { plainText } from "../bodies/plain-text.js";
import { defineRequest } from "../define-request.js";

/**
 * Limits reading of old messages per group; the body is properties text. Upstream:
 * ColdDataCgCtrService.
 */
export const updateColdDataFlowCtrConfig = defineRequest({
  code: 2001,
  name: "UPDATE_COLD_DATA_FLOW_CTR_CONFIG",
  servedBy: "broker",
  since: "5.1.0",
  requestBody: plainText,
});
