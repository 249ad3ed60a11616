import { plainText } from "../bodies/plain-text.js";
import { defineRequest } from "../define-request.js";

/** Takes the limit off a group; the body is its name. Upstream: ColdDataCgCtrService. */
export const removeColdDataFlowCtrConfig = defineRequest({
  code: 2002,
  name: "REMOVE_COLD_DATA_FLOW_CTR_CONFIG",
  servedBy: "broker",
  since: "5.1.0",
  requestBody: plainText,
});
