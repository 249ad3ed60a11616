import { defineRequest } from "../define-request.js";
import { sendAnswerFields, sendFields } from "../send-headers.js";

/**
 * Stores one message; the body is the message body. Upstream: SendMessageRequestHeader,
 * SendMessageProcessor.
 */
export const sendMessage = defineRequest({
  code: 10,
  name: "SEND_MESSAGE",
  servedBy: "broker",
  request: sendFields,
  response: sendAnswerFields,
});
