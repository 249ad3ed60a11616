import { syncStateSet } from "../bodies/controller-bodies.js";
import { defineRequest } from "../define-request.js";
import { int32, int64, string } from "../header.js";

/** Master and replicas of a broker name. Upstream: GetReplicaInfoRequestHeader. */
export const controllerGetReplicaInfo = defineRequest({
  code: 1004,
  name: "CONTROLLER_GET_REPLICA_INFO",
  servedBy: "controller",
  since: "5.0.0",
  request: {
    brokerName: string.optional(),
  },
  response: {
    masterBrokerId: int64.optional(),
    masterAddress: string.optional(),
    masterEpoch: int32.optional(),
  },
  responseBody: syncStateSet,
});
