import { defineRequest } from "../define-request.js";
import { sendAnswerFields, sendFieldsV2 } from "../send-headers.js";

/** SEND_REPLY_MESSAGE with one-letter names. Upstream: SendMessageRequestHeaderV2. */
export const sendReplyMessageV2 = defineRequest({
  code: 325,
  name: "SEND_REPLY_MESSAGE_V2",
  servedBy: "broker",
  request: sendFieldsV2,
  response: sendAnswerFields,
});
