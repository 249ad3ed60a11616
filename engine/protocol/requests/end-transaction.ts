import { defineRequest } from "../define-request.js";
import { boolean, int32, int64, string } from "../header.js";

/**
 * Commits or rolls back a half message. Upstream: EndTransactionRequestHeader,
 * EndTransactionProcessor.
 */
export const endTransaction = defineRequest({
  code: 37,
  name: "END_TRANSACTION",
  servedBy: "broker",
  request: {
    topic: string.optional(),
    producerGroup: string.required(),
    tranStateTableOffset: int64.required(),
    commitLogOffset: int64.required(),
    commitOrRollback: int32.required(),
    fromTransactionCheck: boolean.optional(),
    msgId: string.required(),
    transactionId: string.optional(),
    brokerName: string.optional("bname"),
  },
});
