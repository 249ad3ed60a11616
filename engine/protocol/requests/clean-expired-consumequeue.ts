import { defineRequest } from "../define-request.js";

/**
 * Removes consume queue files whose messages are gone. Upstream:
 * AdminBrokerProcessor.cleanExpiredConsumeQueue.
 */
export const cleanExpiredConsumequeue = defineRequest({
  code: 306,
  name: "CLEAN_EXPIRED_CONSUMEQUEUE",
  servedBy: "broker",
});
