import { topicList } from "../bodies/topic-list.js";
import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/** Topics that a group consumes. Upstream: QueryTopicsByConsumerRequestHeader. */
export const queryTopicsByConsumer = defineRequest({
  code: 343,
  name: "QUERY_TOPICS_BY_CONSUMER",
  servedBy: "broker",
  since: "5.0.0",
  request: {
    group: string.required(),
  },
  responseBody: topicList,
});
