import { topicList } from "../bodies/topic-list.js";
import { defineRequest } from "../define-request.js";

/** Topics with the unit subscription flag and without the unit flag. Upstream: TopicList. */
export const getHasUnitSubUnunitTopicList = defineRequest({
  code: 313,
  name: "GET_HAS_UNIT_SUB_UNUNIT_TOPIC_LIST",
  servedBy: "namesrv",
  responseBody: topicList,
});
