import { liteGroupInfo } from "../bodies/lite-bodies.js";
import { defineRequest } from "../define-request.js";
import { int32, string } from "../header.js";

/** How far a group is with light topics. Upstream: GetLiteGroupInfoRequestHeader. */
export const getLiteGroupInfo = defineRequest({
  code: 200078,
  name: "GET_LITE_GROUP_INFO",
  servedBy: "broker",
  since: "5.5.0",
  request: {
    group: string.required(),
    liteTopic: string.optional(),
    topK: int32.optional(),
  },
  responseBody: liteGroupInfo,
});
