import { defineRequest } from "../define-request.js";
import { int64, string } from "../header.js";

/** The next free broker id of a broker name. Upstream: GetNextBrokerIdRequestHeader. */
export const controllerGetNextBrokerId = defineRequest({
  code: 1012,
  name: "CONTROLLER_GET_NEXT_BROKER_ID",
  servedBy: "controller",
  since: "5.1.0",
  request: {
    clusterName: string.optional(),
    brokerName: string.optional(),
  },
  response: {
    clusterName: string.optional(),
    brokerName: string.optional(),
    nextBrokerId: int64.optional(),
  },
});
