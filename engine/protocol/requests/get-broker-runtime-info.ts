import { kvTable } from "../bodies/kv-table.js";
import { defineRequest } from "../define-request.js";

/**
 * State of a running broker as names and texts. Upstream:
 * AdminBrokerProcessor.getBrokerRuntimeInfo.
 */
export const getBrokerRuntimeInfo = defineRequest({
  code: 28,
  name: "GET_BROKER_RUNTIME_INFO",
  servedBy: "broker",
  responseBody: kvTable,
});
