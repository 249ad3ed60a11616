import { consumeStatsList } from "../bodies/consume-stats.js";
import { defineRequest } from "../define-request.js";
import { boolean } from "../header.js";

/** Progress of all groups of a broker. Upstream: GetConsumeStatsInBrokerHeader. */
export const getBrokerConsumeStats = defineRequest({
  code: 317,
  name: "GET_BROKER_CONSUME_STATS",
  servedBy: "broker",
  request: {
    isOrder: boolean.required(),
  },
  responseBody: consumeStatsList,
});
