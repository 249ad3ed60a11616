import { plainText } from "../bodies/plain-text.js";
import { defineRequest } from "../define-request.js";

/** Limits of all groups as JSON text. Upstream: ColdDataCgCtrService. */
export const getColdDataFlowCtrInfo = defineRequest({
  code: 2003,
  name: "GET_COLD_DATA_FLOW_CTR_INFO",
  servedBy: "broker",
  since: "5.1.0",
  responseBody: plainText,
});
