import { topicRouteData } from "../bodies/topic-route-data.js";
import { defineRequest } from "../define-request.js";
import { boolean, string } from "../header.js";

/**
 * Where a topic is ([R-ROUTE-2] says in which form). Upstream: GetRouteInfoRequestHeader,
 * ClientRequestProcessor.
 */
export const getRouteinfoByTopic = defineRequest({
  code: 105,
  name: "GET_ROUTEINFO_BY_TOPIC",
  servedBy: "namesrv",
  request: {
    topic: string.required(),
    acceptStandardJsonOnly: boolean.optional(),
  },
  responseBody: topicRouteData,
});
