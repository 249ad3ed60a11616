import { topicList } from "../bodies/topic-list.js";
import { defineRequest } from "../define-request.js";

/** Names of all topics. Upstream: TopicList. */
export const getAllTopicListFromNameserver = defineRequest({
  code: 206,
  name: "GET_ALL_TOPIC_LIST_FROM_NAMESERVER",
  servedBy: "namesrv",
  responseBody: topicList,
});
