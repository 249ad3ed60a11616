import { checkClientConfigBody } from "../bodies/check-client-config-body.js";
import { defineRequest } from "../define-request.js";

/** Checks a subscription that is not by tags. Upstream: CheckClientRequestBody. */
export const checkClientConfig = defineRequest({
  code: 46,
  name: "CHECK_CLIENT_CONFIG",
  servedBy: "broker",
  requestBody: checkClientConfigBody,
});
