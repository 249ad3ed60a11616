import { defineRequest } from "../define-request.js";
import { sendAnswerFields, sendFieldsV2 } from "../send-headers.js";

/**
 * Stores several messages; the body is a row of short records. Upstream:
 * SendMessageRequestHeaderV2.
 */
export const sendBatchMessage = defineRequest({
  code: 320,
  name: "SEND_BATCH_MESSAGE",
  servedBy: "broker",
  request: sendFieldsV2,
  response: sendAnswerFields,
});
