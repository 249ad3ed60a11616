import { topicConfigSerializeWrapper } from "../bodies/topic-config-serialize-wrapper.js";
import { defineRequest } from "../define-request.js";
import { int32, string } from "../header.js";

/** All topics of a broker. Upstream: AdminBrokerProcessor.getAllTopicConfig. */
export const getAllTopicConfig = defineRequest({
  code: 21,
  name: "GET_ALL_TOPIC_CONFIG",
  servedBy: "broker",
  request: {
    topicSeq: int32.optional(),
    dataVersion: string.optional(),
    maxTopicNum: int32.optional(),
  },
  response: {
    totalTopicNum: int32.optional(),
  },
  responseBody: topicConfigSerializeWrapper,
});
