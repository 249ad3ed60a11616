import { defineRequest } from "../define-request.js";
import { pullAnswerFields, pullFields } from "../pull-headers.js";

/**
 * Pulls messages from one queue; answered with stored records, held when there are none. Upstream:
 * PullMessageRequestHeader, PullMessageProcessor.
 */
export const pullMessage = defineRequest({
  code: 11,
  name: "PULL_MESSAGE",
  servedBy: "broker",
  request: pullFields,
  response: pullAnswerFields,
});
