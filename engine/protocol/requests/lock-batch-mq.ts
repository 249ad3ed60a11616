import { lockBatchRequest, lockBatchResponse } from "../bodies/lock-batch.js";
import { defineRequest } from "../define-request.js";

/** Takes queues for an orderly consumer. Upstream: LockBatchRequestBody. */
export const lockBatchMq = defineRequest({
  code: 41,
  name: "LOCK_BATCH_MQ",
  servedBy: "broker",
  requestBody: lockBatchRequest,
  responseBody: lockBatchResponse,
});
