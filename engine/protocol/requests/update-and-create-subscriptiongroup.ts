import { subscriptionGroupConfig } from "../bodies/subscription-group-config.js";
import { defineRequest } from "../define-request.js";

/** Creates or changes a consumer group. Upstream: SubscriptionGroupConfig. */
export const updateAndCreateSubscriptiongroup = defineRequest({
  code: 200,
  name: "UPDATE_AND_CREATE_SUBSCRIPTIONGROUP",
  servedBy: "broker",
  requestBody: subscriptionGroupConfig,
});
