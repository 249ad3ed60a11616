import { defineRequest } from "../define-request.js";
import { boolean, string } from "../header.js";

/** Deletes a consumer group. Upstream: DeleteSubscriptionGroupRequestHeader. */
export const deleteSubscriptiongroup = defineRequest({
  code: 207,
  name: "DELETE_SUBSCRIPTIONGROUP",
  servedBy: "broker",
  request: {
    groupName: string.required(),
    cleanOffset: boolean.optional(),
  },
});
