import { topicConfigList } from "../bodies/topic-config.js";
import { defineRequest } from "../define-request.js";

/** Creates or changes several topics. Upstream: CreateTopicListRequestBody. */
export const updateAndCreateTopicList = defineRequest({
  code: 18,
  name: "UPDATE_AND_CREATE_TOPIC_LIST",
  servedBy: "broker",
  since: "5.3.0",
  requestBody: topicConfigList,
});
