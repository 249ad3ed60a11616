import { defineRequest } from "../define-request.js";
import { boolean, int64, string } from "../header.js";

/** Lets the controller forget brokers. Upstream: CleanControllerBrokerDataRequestHeader. */
export const cleanBrokerData = defineRequest({
  code: 1011,
  name: "CLEAN_BROKER_DATA",
  servedBy: "controller",
  since: "5.0.0",
  request: {
    clusterName: string.optional(),
    brokerName: string.required(),
    brokerControllerIdsToClean: string.optional(),
    isCleanLivingBroker: boolean.optional(),
    invokeTime: int64.optional(),
  },
});
