import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/**
 * Version of the 4.x accounts of a broker; gone since 5.3. Upstream:
 * GetBrokerAclConfigResponseHeader.
 */
export const getBrokerClusterAclInfo = defineRequest({
  code: 52,
  name: "GET_BROKER_CLUSTER_ACL_INFO",
  servedBy: "broker",
  response: {
    version: string.required(),
    brokerName: string.required(),
    brokerAddr: string.required(),
    clusterName: string.required(),
    allAclFileVersion: string.optional(),
  },
});
