import { batchAckMessageBody } from "../bodies/batch-ack-message-body.js";
import { defineRequest } from "../define-request.js";

/** Acknowledges several popped messages. Upstream: BatchAckMessageRequestBody. */
export const batchAckMessage = defineRequest({
  code: 200151,
  name: "BATCH_ACK_MESSAGE",
  servedBy: "broker",
  since: "5.1.0",
  requestBody: batchAckMessageBody,
});
