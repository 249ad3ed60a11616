import { lockBatchRequest } from "../bodies/lock-batch.js";
import { defineRequest } from "../define-request.js";

/** Gives queues of an orderly consumer back. Upstream: UnlockBatchRequestBody. */
export const unlockBatchMq = defineRequest({
  code: 42,
  name: "UNLOCK_BATCH_MQ",
  servedBy: "broker",
  requestBody: lockBatchRequest,
});
