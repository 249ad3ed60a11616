import { subscriptionGroupConfig } from "../bodies/subscription-group-config.js";
import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/** One consumer group of a broker. Upstream: GetSubscriptionGroupConfigRequestHeader. */
export const getSubscriptiongroupConfig = defineRequest({
  code: 352,
  name: "GET_SUBSCRIPTIONGROUP_CONFIG",
  servedBy: "broker",
  since: "5.0.0",
  request: {
    group: string.required(),
  },
  responseBody: subscriptionGroupConfig,
});
