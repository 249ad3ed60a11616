import { topicList } from "../bodies/topic-list.js";
import { defineRequest } from "../define-request.js";

/** Names of clusters and brokers, and the address of one broker. Upstream: TopicList. */
export const getSystemTopicListFromNs = defineRequest({
  code: 304,
  name: "GET_SYSTEM_TOPIC_LIST_FROM_NS",
  servedBy: "namesrv",
  responseBody: topicList,
});
