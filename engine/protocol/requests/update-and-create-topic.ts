import { defineRequest } from "../define-request.js";
import { boolean, int32, string } from "../header.js";

/** Creates or changes a topic. Upstream: CreateTopicRequestHeader, AdminBrokerProcessor. */
export const updateAndCreateTopic = defineRequest({
  code: 17,
  name: "UPDATE_AND_CREATE_TOPIC",
  servedBy: "broker",
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
});
