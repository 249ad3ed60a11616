import { parentTopicInfo } from "../bodies/lite-bodies.js";
import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/** A topic that light topics belong to. Upstream: GetParentTopicInfoRequestHeader. */
export const getParentTopicInfo = defineRequest({
  code: 200075,
  name: "GET_PARENT_TOPIC_INFO",
  servedBy: "broker",
  since: "5.5.0",
  request: {
    topic: string.required(),
  },
  responseBody: parentTopicInfo,
});
