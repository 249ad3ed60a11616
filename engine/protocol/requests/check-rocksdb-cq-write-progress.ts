import { plainText } from "../bodies/plain-text.js";
import { defineRequest } from "../define-request.js";
import { int64, string } from "../header.js";

/**
 * Compares RocksDB and file consume queues; answered with JSON text. Upstream:
 * CheckRocksdbCqWriteProgressRequestHeader.
 */
export const checkRocksdbCqWriteProgress = defineRequest({
  code: 354,
  name: "CHECK_ROCKSDB_CQ_WRITE_PROGRESS",
  servedBy: "broker",
  since: "5.3.2",
  request: {
    topic: string.required(),
    checkStoreTime: int64.optional(),
  },
  responseBody: plainText,
});
