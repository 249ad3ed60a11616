import { defineRequest } from "../define-request.js";
import { int64, string } from "../header.js";

/**
 * Tells the brokers of a name that another one has the lowest id now; oneway. Upstream:
 * NotifyMinBrokerIdChangeRequestHeader.
 */
export const notifyMinBrokerIdChange = defineRequest({
  code: 905,
  name: "NOTIFY_MIN_BROKER_ID_CHANGE",
  servedBy: "broker",
  since: "5.0.0",
  request: {
    minBrokerId: int64.optional(),
    brokerName: string.optional(),
    minBrokerAddr: string.optional(),
    offlineBrokerAddr: string.optional(),
    haBrokerAddr: string.optional(),
  },
});
