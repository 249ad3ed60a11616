import { brokerNames, brokerReplicasInfo } from "../bodies/controller-bodies.js";
import { defineRequest } from "../define-request.js";

/** Replicas of several broker names. Upstream: BrokerReplicasInfo. */
export const controllerGetSyncStateData = defineRequest({
  code: 1006,
  name: "CONTROLLER_GET_SYNC_STATE_DATA",
  servedBy: "controller",
  since: "5.0.0",
  requestBody: brokerNames,
  responseBody: brokerReplicasInfo,
});
