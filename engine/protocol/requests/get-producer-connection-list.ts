import { producerConnection } from "../bodies/client-connections.js";
import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/** Clients of a producer group. Upstream: GetProducerConnectionListRequestHeader. */
export const getProducerConnectionList = defineRequest({
  code: 204,
  name: "GET_PRODUCER_CONNECTION_LIST",
  servedBy: "broker",
  request: {
    producerGroup: string.required(),
  },
  responseBody: producerConnection,
});
