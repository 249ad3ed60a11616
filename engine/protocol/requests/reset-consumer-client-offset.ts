import { resetOffsetBody } from "../bodies/reset-offset-body.js";
import { defineRequest } from "../define-request.js";
import { boolean, int32, int64, string } from "../header.js";

/**
 * Tells a consumer to go on at other offsets ([R-GO-1]). Upstream: ResetOffsetRequestHeader,
 * ClientRemotingProcessor.
 */
export const resetConsumerClientOffset = defineRequest({
  code: 220,
  name: "RESET_CONSUMER_CLIENT_OFFSET",
  servedBy: "client",
  request: {
    topic: string.required(),
    group: string.required(),
    timestamp: int64.required(),
    isForce: boolean.required(),
    queueId: int32.optional(),
    offset: int64.optional(),
  },
  requestBody: resetOffsetBody,
});
