import { defineRequest } from "../define-request.js";

/**
 * Deletes commit log files that are past their time now. Upstream:
 * AdminBrokerProcessor.deleteExpiredCommitLog.
 */
export const deleteExpiredCommitlog = defineRequest({
  code: 329,
  name: "DELETE_EXPIRED_COMMITLOG",
  servedBy: "broker",
  since: "4.9.0",
});
