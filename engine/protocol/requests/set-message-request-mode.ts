import { setMessageRequestModeBody } from "../bodies/message-request-mode.js";
import { defineRequest } from "../define-request.js";

/** Lets a group pull or pop a topic. Upstream: SetMessageRequestModeRequestBody. */
export const setMessageRequestMode = defineRequest({
  code: 401,
  name: "SET_MESSAGE_REQUEST_MODE",
  servedBy: "broker",
  since: "5.0.0",
  requestBody: setMessageRequestModeBody,
});
