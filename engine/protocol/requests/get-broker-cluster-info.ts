import { clusterInfo } from "../bodies/cluster-info.js";
import { defineRequest } from "../define-request.js";

/** All brokers and clusters. Upstream: ClusterInfo. */
export const getBrokerClusterInfo = defineRequest({
  code: 106,
  name: "GET_BROKER_CLUSTER_INFO",
  servedBy: "namesrv",
  responseBody: clusterInfo,
});
