import { defineRequest } from "../define-request.js";
import { bigint64, boolean, int32, int64, string } from "../header.js";

/**
 * Finds messages by key in the index files; answered with stored records. Upstream:
 * QueryMessageRequestHeader, QueryMessageProcessor.
 */
export const queryMessage = defineRequest({
  code: 12,
  name: "QUERY_MESSAGE",
  servedBy: "broker",
  request: {
    topic: string.required(),
    key: string.required(),
    maxNum: int32.required(),
    beginTimestamp: bigint64.required(),
    endTimestamp: bigint64.required(),
    uniqueKeyQuery: boolean.optional("_UNIQUE_KEY_QUERY"),
    /** Since 5.5: K keys, T tags, U unique key. */
    indexType: string.optional(),
    /** Since 5.5: goes on behind this entry of the index. */
    lastKey: string.optional(),
  },
  response: {
    indexLastUpdateTimestamp: int64.required(),
    indexLastUpdatePhyoffset: int64.required(),
  },
});
