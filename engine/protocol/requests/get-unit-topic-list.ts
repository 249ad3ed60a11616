import { topicList } from "../bodies/topic-list.js";
import { defineRequest } from "../define-request.js";

/** Topics with the unit flag. Upstream: TopicList. */
export const getUnitTopicList = defineRequest({
  code: 311,
  name: "GET_UNIT_TOPIC_LIST",
  servedBy: "namesrv",
  responseBody: topicList,
});
