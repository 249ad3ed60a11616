import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/** Takes a client out of its groups. Upstream: UnregisterClientRequestHeader. */
export const unregisterClient = defineRequest({
  code: 35,
  name: "UNREGISTER_CLIENT",
  servedBy: "broker",
  request: {
    clientID: string.required(),
    producerGroup: string.optional(),
    consumerGroup: string.optional(),
  },
});
