import { defineRequest } from "../define-request.js";
import { int64, string } from "../header.js";

/** Takes a broker out of all routes. Upstream: UnRegisterBrokerRequestHeader. */
export const unregisterBroker = defineRequest({
  code: 104,
  name: "UNREGISTER_BROKER",
  servedBy: "namesrv",
  request: {
    brokerName: string.required(),
    brokerAddr: string.required(),
    clusterName: string.required(),
    brokerId: int64.required(),
  },
});
