import { liteTopicInfo } from "../bodies/lite-bodies.js";
import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/** One light topic. Upstream: GetLiteTopicInfoRequestHeader. */
export const getLiteTopicInfo = defineRequest({
  code: 200076,
  name: "GET_LITE_TOPIC_INFO",
  servedBy: "broker",
  since: "5.5.0",
  request: {
    parentTopic: string.optional(),
    liteTopic: string.optional(),
  },
  responseBody: liteTopicInfo,
});
