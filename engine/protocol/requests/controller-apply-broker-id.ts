import { defineRequest } from "../define-request.js";
import { int64, string } from "../header.js";

/** Takes a broker id. Upstream: ApplyBrokerIdRequestHeader. */
export const controllerApplyBrokerId = defineRequest({
  code: 1013,
  name: "CONTROLLER_APPLY_BROKER_ID",
  servedBy: "controller",
  since: "5.1.0",
  request: {
    clusterName: string.optional(),
    brokerName: string.optional(),
    appliedBrokerId: int64.optional(),
    registerCheckCode: string.optional(),
  },
  response: {
    clusterName: string.optional(),
    brokerName: string.optional(),
  },
});
