import { defineRequest } from "../define-request.js";
import { boolean, int32, int64, string } from "../header.js";

/**
 * Hands a reply to the client that asked; the body is the message body. Upstream:
 * ReplyMessageRequestHeader.
 */
export const pushReplyMessageToClient = defineRequest({
  code: 326,
  name: "PUSH_REPLY_MESSAGE_TO_CLIENT",
  servedBy: "client",
  request: {
    producerGroup: string.required(),
    topic: string.required(),
    defaultTopic: string.required(),
    defaultTopicQueueNums: int32.required(),
    queueId: int32.required(),
    sysFlag: int32.required(),
    bornTimestamp: int64.required(),
    flag: int32.required(),
    properties: string.optional(),
    reconsumeTimes: int32.optional(),
    unitMode: boolean.optional(),
    bornHost: string.required(),
    storeHost: string.required(),
    storeTimestamp: int64.required(),
  },
});
