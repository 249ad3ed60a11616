import { topicList } from "../bodies/topic-list.js";
import { defineRequest } from "../define-request.js";

/** Topics with the unit subscription flag. Upstream: TopicList. */
export const getHasUnitSubTopicList = defineRequest({
  code: 312,
  name: "GET_HAS_UNIT_SUB_TOPIC_LIST",
  servedBy: "namesrv",
  responseBody: topicList,
});
