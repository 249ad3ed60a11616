import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/**
 * Sets how the commit log is read ahead. Upstream: AdminBrokerProcessor.setCommitLogReadaheadMode.
 */
export const setCommitlogReadMode = defineRequest({
  code: 2004,
  name: "SET_COMMITLOG_READ_MODE",
  servedBy: "broker",
  since: "5.1.0",
  request: {
    readAheadMode: string.optional("READ_AHEAD_MODE"),
  },
});
