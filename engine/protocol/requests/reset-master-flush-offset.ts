import { defineRequest } from "../define-request.js";
import { int64 } from "../header.js";

/**
 * Sets the flushed offset that a replica believes its master has. Upstream:
 * ResetMasterFlushOffsetHeader.
 */
export const resetMasterFlushOffset = defineRequest({
  code: 908,
  name: "RESET_MASTER_FLUSH_OFFSET",
  servedBy: "broker",
  since: "5.0.0",
  request: {
    masterFlushOffset: int64.required(),
  },
});
