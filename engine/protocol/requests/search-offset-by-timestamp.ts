import { defineRequest } from "../define-request.js";
import { bigint64, int32, int64, string } from "../header.js";

/**
 * Queue offset of the first message stored at or after a time. Upstream:
 * SearchOffsetRequestHeader.
 */
export const searchOffsetByTimestamp = defineRequest({
  code: 29,
  name: "SEARCH_OFFSET_BY_TIMESTAMP",
  servedBy: "broker",
  request: {
    topic: string.required(),
    queueId: int32.required(),
    timestamp: bigint64.required(),
    boundaryType: string.optional(),
    brokerName: string.optional("bname"),
  },
  response: {
    offset: int64.required(),
  },
});
