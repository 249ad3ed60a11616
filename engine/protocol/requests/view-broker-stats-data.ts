import { brokerStatsData } from "../bodies/broker-stats-data.js";
import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/** One statistic of a broker. Upstream: ViewBrokerStatsDataRequestHeader. */
export const viewBrokerStatsData = defineRequest({
  code: 315,
  name: "VIEW_BROKER_STATS_DATA",
  servedBy: "broker",
  request: {
    statsName: string.required(),
    statsKey: string.required(),
  },
  responseBody: brokerStatsData,
});
