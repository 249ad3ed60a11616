import { liteClientInfo } from "../bodies/lite-bodies.js";
import { defineRequest } from "../define-request.js";
import { int32, string } from "../header.js";

/** Light topics of one client. Upstream: GetLiteClientInfoRequestHeader. */
export const getLiteClientInfo = defineRequest({
  code: 200077,
  name: "GET_LITE_CLIENT_INFO",
  servedBy: "broker",
  since: "5.5.0",
  request: {
    parentTopic: string.optional(),
    group: string.optional(),
    clientId: string.optional(),
    /** Light topics to name at most; upstream: 1000. */
    maxCount: int32.optional(),
  },
  responseBody: liteClientInfo,
});
