import { defineRequest } from "../define-request.js";

/**
 * Removes consume queues of topics that are not configured. Upstream:
 * AdminBrokerProcessor.cleanUnusedTopic.
 */
export const cleanUnusedTopic = defineRequest({
  code: 316,
  name: "CLEAN_UNUSED_TOPIC",
  servedBy: "broker",
});
