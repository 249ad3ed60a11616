import { defineRequest } from "../define-request.js";
import { int32, string } from "../header.js";

/**
 * Gives the write permission back to all topics of a broker. Upstream:
 * AddWritePermOfBrokerRequestHeader.
 */
export const addWritePermOfBroker = defineRequest({
  code: 327,
  name: "ADD_WRITE_PERM_OF_BROKER",
  servedBy: "namesrv",
  since: "4.9.0",
  request: {
    brokerName: string.required(),
  },
  response: {
    addTopicCount: int32.required(),
  },
});
