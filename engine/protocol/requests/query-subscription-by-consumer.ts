import { querySubscriptionBody } from "../bodies/query-subscription-body.js";
import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/** Subscription of a group to a topic. Upstream: QuerySubscriptionByConsumerRequestHeader. */
export const querySubscriptionByConsumer = defineRequest({
  code: 345,
  name: "QUERY_SUBSCRIPTION_BY_CONSUMER",
  servedBy: "broker",
  since: "5.0.0",
  request: {
    group: string.required(),
    topic: string.optional(),
  },
  responseBody: querySubscriptionBody,
});
