import { topicList } from "../bodies/topic-list.js";
import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/** Names of the topics of a cluster. Upstream: GetTopicsByClusterRequestHeader. */
export const getTopicsByCluster = defineRequest({
  code: 224,
  name: "GET_TOPICS_BY_CLUSTER",
  servedBy: "namesrv",
  request: {
    cluster: string.required(),
  },
  responseBody: topicList,
});
