import { queryAssignmentRequest, queryAssignmentResponse } from "../bodies/message-request-mode.js";
import { defineRequest } from "../define-request.js";

/** Queues that a client of a group is to consume. Upstream: QueryAssignmentProcessor. */
export const queryAssignment = defineRequest({
  code: 400,
  name: "QUERY_ASSIGNMENT",
  servedBy: "broker",
  since: "5.0.0",
  requestBody: queryAssignmentRequest,
  responseBody: queryAssignmentResponse,
});
