import { messageRequestModeWrapper } from "../bodies/message-request-mode.js";
import { defineRequest } from "../define-request.js";

/** Modes of all groups, for a slave. Upstream: MessageRequestModeSerializeWrapper. */
export const getAllMessageRequestMode = defineRequest({
  code: 402,
  name: "GET_ALL_MESSAGE_REQUEST_MODE",
  servedBy: "broker",
  since: "5.0.0",
  responseBody: messageRequestModeWrapper,
});
