import { dataVersion } from "../bodies/data-version.js";
import { defineRequest } from "../define-request.js";
import { boolean, int64, string } from "../header.js";

/**
 * Whether the topics of a broker changed since its last registration. Upstream:
 * QueryDataVersionRequestHeader.
 */
export const queryDataVersion = defineRequest({
  code: 322,
  name: "QUERY_DATA_VERSION",
  servedBy: "namesrv",
  request: {
    brokerName: string.required(),
    brokerAddr: string.required(),
    clusterName: string.required(),
    brokerId: int64.required(),
  },
  response: {
    changed: boolean.required(),
  },
  requestBody: dataVersion,
  responseBody: dataVersion,
});
