import { subscriptionGroupList } from "../bodies/subscription-group-config.js";
import { defineRequest } from "../define-request.js";

/** Creates or changes several consumer groups. Upstream: SubscriptionGroupList. */
export const updateAndCreateSubscriptiongroupList = defineRequest({
  code: 225,
  name: "UPDATE_AND_CREATE_SUBSCRIPTIONGROUP_LIST",
  servedBy: "broker",
  since: "5.3.0",
  requestBody: subscriptionGroupList,
});
