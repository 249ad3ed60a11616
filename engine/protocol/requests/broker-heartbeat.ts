import { defineRequest } from "../define-request.js";
import { int32, int64, string } from "../header.js";

/** Sign of life of a broker between registrations. Upstream: BrokerHeartbeatRequestHeader. */
export const brokerHeartbeat = defineRequest({
  code: 904,
  name: "BROKER_HEARTBEAT",
  servedBy: ["namesrv", "controller"],
  since: "5.0.0",
  request: {
    clusterName: string.required(),
    brokerAddr: string.required(),
    brokerName: string.required(),
    brokerId: int64.optional(),
    epoch: int32.optional(),
    maxOffset: int64.optional(),
    confirmOffset: int64.optional(),
    heartbeatTimeoutMills: int64.optional(),
    electionPriority: int32.optional(),
  },
});
