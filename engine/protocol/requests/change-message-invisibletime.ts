import { defineRequest } from "../define-request.js";
import { int32, int64, string } from "../header.js";

/** Changes for how long a popped message stays out. Upstream: ChangeInvisibleTimeRequestHeader. */
export const changeMessageInvisibletime = defineRequest({
  code: 200053,
  name: "CHANGE_MESSAGE_INVISIBLETIME",
  servedBy: "broker",
  since: "5.0.0",
  request: {
    consumerGroup: string.required(),
    topic: string.required(),
    queueId: int32.required(),
    extraInfo: string.required(),
    offset: int64.required(),
    invisibleTime: int64.required(),
    brokerName: string.optional("bname"),
  },
  response: {
    popTime: int64.required(),
    invisibleTime: int64.required(),
    reviveQid: int32.required(),
  },
});
