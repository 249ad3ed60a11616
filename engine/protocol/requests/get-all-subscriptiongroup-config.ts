import { subscriptionGroupWrapper } from "../bodies/subscription-group-wrapper.js";
import { defineRequest } from "../define-request.js";
import { int32, string } from "../header.js";

/** All consumer groups of a broker. Upstream: SubscriptionGroupWrapper. */
export const getAllSubscriptiongroupConfig = defineRequest({
  code: 201,
  name: "GET_ALL_SUBSCRIPTIONGROUP_CONFIG",
  servedBy: "broker",
  request: {
    groupSeq: int32.optional(),
    dataVersion: string.optional(),
    maxGroupNum: int32.optional(),
  },
  response: {
    totalGroupNum: int32.optional(),
  },
  responseBody: subscriptionGroupWrapper,
});
