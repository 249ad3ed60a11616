import { syncStateSet } from "../bodies/controller-bodies.js";
import { defineRequest } from "../define-request.js";
import { int32, int64, string } from "../header.js";

/** Registers a broker with the controller. Upstream: RegisterBrokerToControllerRequestHeader. */
export const controllerRegisterBroker = defineRequest({
  code: 1003,
  name: "CONTROLLER_REGISTER_BROKER",
  servedBy: "controller",
  since: "5.0.0",
  request: {
    clusterName: string.optional(),
    brokerName: string.optional(),
    brokerId: int64.optional(),
    brokerAddress: string.optional(),
    invokeTime: int64.optional(),
  },
  response: {
    clusterName: string.optional(),
    brokerName: string.optional(),
    masterBrokerId: int64.optional(),
    masterAddress: string.optional(),
    masterEpoch: int32.optional(),
    syncStateSetEpoch: int32.optional(),
  },
  responseBody: syncStateSet,
});
