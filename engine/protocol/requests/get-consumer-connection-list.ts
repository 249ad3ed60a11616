import { consumerConnection } from "../bodies/client-connections.js";
import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/**
 * Clients and subscriptions of a group; CONSUMER_NOT_ONLINE when there are none. Upstream:
 * GetConsumerConnectionListRequestHeader.
 */
export const getConsumerConnectionList = defineRequest({
  code: 203,
  name: "GET_CONSUMER_CONNECTION_LIST",
  servedBy: "broker",
  request: {
    consumerGroup: string.required(),
  },
  responseBody: consumerConnection,
});
