import { topicStatsTable } from "../bodies/topic-stats-table.js";
import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/** First and last offsets of all queues of a topic. Upstream: GetTopicStatsInfoRequestHeader. */
export const getTopicStatsInfo = defineRequest({
  code: 202,
  name: "GET_TOPIC_STATS_INFO",
  servedBy: "broker",
  request: {
    topic: string.required(),
  },
  responseBody: topicStatsTable,
});
