import { defineRequest } from "../define-request.js";
import { int64, string } from "../header.js";

/** Stops a broker in a container. Upstream: RemoveBrokerRequestHeader. */
export const removeBroker = defineRequest({
  code: 903,
  name: "REMOVE_BROKER",
  servedBy: "container",
  since: "5.0.0",
  request: {
    brokerName: string.required(),
    brokerClusterName: string.required(),
    brokerId: int64.required(),
  },
});
