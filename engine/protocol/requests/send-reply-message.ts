import { defineRequest } from "../define-request.js";
import { sendAnswerFields, sendFields } from "../send-headers.js";

/** Sends the reply to a request message. Upstream: ReplyMessageProcessor. */
export const sendReplyMessage = defineRequest({
  code: 324,
  name: "SEND_REPLY_MESSAGE",
  servedBy: "broker",
  request: sendFields,
  response: sendAnswerFields,
});
