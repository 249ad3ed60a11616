import { defineRequest } from "../define-request.js";
import { int32, int64, string } from "../header.js";

/** Reads messages without taking them out. Upstream: PeekMessageRequestHeader. */
export const peekMessage = defineRequest({
  code: 200052,
  name: "PEEK_MESSAGE",
  servedBy: "broker",
  since: "5.0.0",
  request: {
    consumerGroup: string.required(),
    topic: string.required(),
    queueId: int32.required(),
    maxMsgNums: int32.required(),
    brokerName: string.optional("bname"),
  },
  response: {
    popTime: int64.required(),
    invisibleTime: int64.required(),
    reviveQid: int32.required(),
    restNum: int64.required(),
    startOffsetInfo: string.optional(),
    msgOffsetInfo: string.optional(),
    orderCountInfo: string.optional(),
  },
});
