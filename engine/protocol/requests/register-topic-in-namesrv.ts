import { topicRouteData } from "../bodies/topic-route-data.js";
import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/** Adds one topic to the routes. Upstream: RegisterTopicRequestHeader. */
export const registerTopicInNamesrv = defineRequest({
  code: 217,
  name: "REGISTER_TOPIC_IN_NAMESRV",
  servedBy: "namesrv",
  since: "5.0.0",
  request: {
    topic: string.required(),
  },
  requestBody: topicRouteData,
});
