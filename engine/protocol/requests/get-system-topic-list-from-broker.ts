import { topicList } from "../bodies/topic-list.js";
import { defineRequest } from "../define-request.js";

/** System topics of a broker. Upstream: TopicList. */
export const getSystemTopicListFromBroker = defineRequest({
  code: 305,
  name: "GET_SYSTEM_TOPIC_LIST_FROM_BROKER",
  servedBy: "broker",
  responseBody: topicList,
});
