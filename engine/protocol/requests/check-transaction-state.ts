import { defineRequest } from "../define-request.js";
import { int64, string } from "../header.js";

/**
 * Asks a producer what became of a half message, which is the body. Upstream:
 * CheckTransactionStateRequestHeader.
 */
export const checkTransactionState = defineRequest({
  code: 39,
  name: "CHECK_TRANSACTION_STATE",
  servedBy: "client",
  request: {
    topic: string.optional(),
    tranStateTableOffset: int64.required(),
    commitLogOffset: int64.required(),
    msgId: string.optional(),
    transactionId: string.optional(),
    offsetMsgId: string.optional(),
    brokerName: string.optional("bname"),
  },
});
