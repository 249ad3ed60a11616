import { defineRequest } from "../define-request.js";
import { boolean, int32, int64, string } from "../header.js";

/** Gives a message back to be delivered again later. Upstream: ConsumerSendMsgBackRequestHeader. */
export const consumerSendMsgBack = defineRequest({
  code: 36,
  name: "CONSUMER_SEND_MSG_BACK",
  servedBy: "broker",
  request: {
    offset: int64.required(),
    group: string.required(),
    delayLevel: int32.required(),
    originMsgId: string.optional(),
    originTopic: string.optional(),
    unitMode: boolean.optional(),
    maxReconsumeTimes: int32.optional(),
    brokerName: string.optional("bname"),
  },
});
