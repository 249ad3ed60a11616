import { consumeStats } from "../bodies/consume-stats.js";
import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/** Progress of a group; an empty topic stands for all. Upstream: GetConsumeStatsRequestHeader. */
export const getConsumeStats = defineRequest({
  code: 208,
  name: "GET_CONSUME_STATS",
  servedBy: "broker",
  request: {
    consumerGroup: string.required(),
    topic: string.optional(),
    topicList: string.optional(),
  },
  responseBody: consumeStats,
});
