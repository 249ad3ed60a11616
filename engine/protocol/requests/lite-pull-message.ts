import { defineRequest } from "../define-request.js";
import { pullAnswerFields, pullFields } from "../pull-headers.js";

/** PULL_MESSAGE of consumers that assign queues themselves. Upstream: PullMessageRequestHeader. */
export const litePullMessage = defineRequest({
  code: 361,
  name: "LITE_PULL_MESSAGE",
  servedBy: "broker",
  since: "5.0.0",
  request: pullFields,
  response: pullAnswerFields,
});
