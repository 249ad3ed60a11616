import { defineRequest } from "../define-request.js";
import { int32, string } from "../header.js";

/**
 * Takes the write permission off all topics of a broker. Upstream:
 * WipeWritePermOfBrokerRequestHeader.
 */
export const wipeWritePermOfBroker = defineRequest({
  code: 205,
  name: "WIPE_WRITE_PERM_OF_BROKER",
  servedBy: "namesrv",
  request: {
    brokerName: string.required(),
  },
  response: {
    wipeTopicCount: int32.required(),
  },
});
