import { syncStateSet } from "../bodies/controller-bodies.js";
import { defineRequest } from "../define-request.js";
import { int32, int64, string } from "../header.js";

/** Tells a broker who is master. Upstream: NotifyBrokerRoleChangedRequestHeader. */
export const notifyBrokerRoleChanged = defineRequest({
  code: 1008,
  name: "NOTIFY_BROKER_ROLE_CHANGED",
  servedBy: "broker",
  since: "5.0.0",
  request: {
    masterAddress: string.optional(),
    masterEpoch: int32.optional(),
    syncStateSetEpoch: int32.optional(),
    masterBrokerId: int64.optional(),
  },
  requestBody: syncStateSet,
});
