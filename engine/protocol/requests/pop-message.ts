import { defineRequest } from "../define-request.js";
import { boolean, int32, int64, string } from "../header.js";

/**
 * Takes messages out for a while; answered with stored records. Upstream: PopMessageRequestHeader.
 */
export const popMessage = defineRequest({
  code: 200050,
  name: "POP_MESSAGE",
  servedBy: "broker",
  since: "5.0.0",
  request: {
    consumerGroup: string.required(),
    topic: string.required(),
    queueId: int32.required(),
    maxMsgNums: int32.required(),
    invisibleTime: int64.required(),
    pollTime: int64.required(),
    /** A broker takes its own time when it is absent or 0. */
    bornTime: int64.optional(),
    initMode: int32.required(),
    expType: string.optional(),
    exp: string.optional(),
    order: boolean.optional(),
    attemptId: string.optional(),
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
