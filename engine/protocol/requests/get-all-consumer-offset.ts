import { consumerOffsetWrapper } from "../bodies/consumer-offset-wrapper.js";
import { defineRequest } from "../define-request.js";

/** Committed offsets of all groups, for a slave. Upstream: ConsumerOffsetSerializeWrapper. */
export const getAllConsumerOffset = defineRequest({
  code: 43,
  name: "GET_ALL_CONSUMER_OFFSET",
  servedBy: "broker",
  responseBody: consumerOffsetWrapper,
});
