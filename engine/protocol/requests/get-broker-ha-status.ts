import { haRuntimeInfo } from "../bodies/ha-runtime-info.js";
import { defineRequest } from "../define-request.js";

/** State of replication. Upstream: HARuntimeInfo. */
export const getBrokerHaStatus = defineRequest({
  code: 907,
  name: "GET_BROKER_HA_STATUS",
  servedBy: "broker",
  since: "5.0.0",
  responseBody: haRuntimeInfo,
});
