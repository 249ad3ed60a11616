import { clusterAclConfig } from "../bodies/cluster-acl-config.js";
import { defineRequest } from "../define-request.js";

/**
 * All 4.x accounts of a broker; gone since 5.3. Upstream: GetBrokerClusterAclConfigResponseBody.
 */
export const getBrokerClusterAclConfig = defineRequest({
  code: 54,
  name: "GET_BROKER_CLUSTER_ACL_CONFIG",
  servedBy: "broker",
  responseBody: clusterAclConfig,
});
