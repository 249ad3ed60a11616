import { resetOffsetBody } from "../bodies/reset-offset-body.js";
import { defineRequest } from "../define-request.js";
import { boolean, int32, int64, string } from "../header.js";

/** Sets a group back or forward to a time (-1 = the end). Upstream: ResetOffsetRequestHeader. */
export const invokeBrokerToResetOffset = defineRequest({
  code: 222,
  name: "INVOKE_BROKER_TO_RESET_OFFSET",
  servedBy: "broker",
  request: {
    topic: string.required(),
    group: string.required(),
    timestamp: int64.required(),
    isForce: boolean.required(),
    queueId: int32.optional(),
    offset: int64.optional(),
  },
  responseBody: resetOffsetBody,
});
