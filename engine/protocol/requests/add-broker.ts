import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/** Starts a broker in a container. Upstream: AddBrokerRequestHeader. */
export const addBroker = defineRequest({
  code: 902,
  name: "ADD_BROKER",
  servedBy: "container",
  since: "5.0.0",
  request: {
    configPath: string.optional(),
  },
});
