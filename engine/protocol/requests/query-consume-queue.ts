import { queryConsumeQueueBody } from "../bodies/query-consume-queue-body.js";
import { defineRequest } from "../define-request.js";
import { int32, int64, string } from "../header.js";

/** Entries of one consume queue. Upstream: QueryConsumeQueueRequestHeader. */
export const queryConsumeQueue = defineRequest({
  code: 321,
  name: "QUERY_CONSUME_QUEUE",
  servedBy: "broker",
  request: {
    topic: string.optional(),
    queueId: int32.optional(),
    index: int64.optional(),
    count: int32.optional(),
    consumerGroup: string.optional(),
  },
  responseBody: queryConsumeQueueBody,
});
