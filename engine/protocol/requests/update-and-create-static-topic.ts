import { topicQueueMappingDetail } from "../bodies/topic-queue-mapping.js";
import { defineRequest } from "../define-request.js";
import { boolean, int32, string } from "../header.js";

/**
 * Creates or changes a topic with a fixed number of logical queues. Upstream:
 * CreateTopicRequestHeader.
 */
export const updateAndCreateStaticTopic = defineRequest({
  code: 513,
  name: "UPDATE_AND_CREATE_STATIC_TOPIC",
  servedBy: "broker",
  since: "5.0.0",
  request: {
    topic: string.required(),
    defaultTopic: string.optional(),
    readQueueNums: int32.required(),
    writeQueueNums: int32.required(),
    perm: int32.required(),
    topicFilterType: string.optional(),
    topicSysFlag: int32.optional(),
    order: boolean.optional(),
    attributes: string.optional(),
    force: boolean.optional(),
  },
  requestBody: topicQueueMappingDetail,
});
