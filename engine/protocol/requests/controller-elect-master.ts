import { electMasterBody } from "../bodies/controller-bodies.js";
import { defineRequest } from "../define-request.js";
import { boolean, int32, int64, string } from "../header.js";

/** Elects a master. Upstream: ElectMasterRequestHeader. */
export const controllerElectMaster = defineRequest({
  code: 1002,
  name: "CONTROLLER_ELECT_MASTER",
  servedBy: "controller",
  since: "5.0.0",
  request: {
    clusterName: string.required(),
    brokerName: string.required(),
    brokerId: int64.required(),
    designateElect: boolean.required(),
    invokeTime: int64.optional(),
  },
  response: {
    masterBrokerId: int64.optional(),
    masterAddress: string.optional(),
    masterEpoch: int32.optional(),
    syncStateSetEpoch: int32.optional(),
  },
  responseBody: electMasterBody,
});
