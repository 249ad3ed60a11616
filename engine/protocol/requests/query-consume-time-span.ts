import { queryConsumeTimeSpanBody } from "../bodies/query-consume-time-span-body.js";
import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/**
 * Times of first, last and consumed message per queue. Upstream:
 * QueryConsumeTimeSpanRequestHeader.
 */
export const queryConsumeTimeSpan = defineRequest({
  code: 303,
  name: "QUERY_CONSUME_TIME_SPAN",
  servedBy: "broker",
  request: {
    topic: string.required(),
    group: string.required(),
  },
  responseBody: queryConsumeTimeSpanBody,
});
