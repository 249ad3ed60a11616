import { consumeMessageDirectlyResult } from "../bodies/consume-message-directly-result.js";
import { defineRequest } from "../define-request.js";
import { int32, string } from "../header.js";

/**
 * Lets one client consume one message; the broker adds the record as body. Upstream:
 * ConsumeMessageDirectlyResultRequestHeader.
 */
export const consumeMessageDirectly = defineRequest({
  code: 309,
  name: "CONSUME_MESSAGE_DIRECTLY",
  servedBy: ["broker", "client"],
  request: {
    consumerGroup: string.required(),
    clientId: string.optional(),
    msgId: string.optional(),
    brokerName: string.optional(),
    topic: string.optional(),
    topicSysFlag: int32.optional(),
    groupSysFlag: int32.optional(),
  },
  responseBody: consumeMessageDirectlyResult,
});
