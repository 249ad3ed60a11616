import { consumerIdList } from "../bodies/consumer-id-list.js";
import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/**
 * Client ids of a group. Upstream: GetConsumerListByGroupRequestHeader, ConsumerManageProcessor.
 */
export const getConsumerListByGroup = defineRequest({
  code: 38,
  name: "GET_CONSUMER_LIST_BY_GROUP",
  servedBy: "broker",
  request: {
    consumerGroup: string.required(),
  },
  responseBody: consumerIdList,
});
