import { defineRequest } from "../define-request.js";
import { sendAnswerFields, sendFieldsV2 } from "../send-headers.js";

/** SEND_MESSAGE with one-letter names ([R-SEND-1]). Upstream: SendMessageRequestHeaderV2. */
export const sendMessageV2 = defineRequest({
  code: 310,
  name: "SEND_MESSAGE_V2",
  servedBy: "broker",
  request: sendFieldsV2,
  response: sendAnswerFields,
});
