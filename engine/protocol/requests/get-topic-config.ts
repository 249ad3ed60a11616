import { topicConfigAndQueueMapping } from "../bodies/topic-queue-mapping.js";
import { defineRequest } from "../define-request.js";
import { boolean, string } from "../header.js";

/** One topic of a broker. Upstream: GetTopicConfigRequestHeader. */
export const getTopicConfig = defineRequest({
  code: 351,
  name: "GET_TOPIC_CONFIG",
  servedBy: "broker",
  since: "5.0.0",
  request: {
    topic: string.required(),
    lo: boolean.optional(),
  },
  responseBody: topicConfigAndQueueMapping,
});
