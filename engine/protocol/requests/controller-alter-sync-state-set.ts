import { syncStateSet } from "../bodies/controller-bodies.js";
import { defineRequest } from "../define-request.js";
import { int32, int64, string } from "../header.js";

/** Changes the set of replicas in step. Upstream: AlterSyncStateSetRequestHeader. */
export const controllerAlterSyncStateSet = defineRequest({
  code: 1001,
  name: "CONTROLLER_ALTER_SYNC_STATE_SET",
  servedBy: "controller",
  since: "5.0.0",
  request: {
    brokerName: string.optional(),
    masterBrokerId: int64.optional(),
    masterEpoch: int32.optional(),
    invokeTime: int64.optional(),
  },
  response: {
    newSyncStateSetEpoch: int32.optional(),
  },
  requestBody: syncStateSet,
  responseBody: syncStateSet,
});
