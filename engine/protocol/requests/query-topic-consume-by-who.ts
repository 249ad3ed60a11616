import { groupList } from "../bodies/group-list.js";
import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/** Groups that consume a topic. Upstream: QueryTopicConsumeByWhoRequestHeader. */
export const queryTopicConsumeByWho = defineRequest({
  code: 300,
  name: "QUERY_TOPIC_CONSUME_BY_WHO",
  servedBy: "broker",
  request: {
    topic: string.required(),
  },
  responseBody: groupList,
});
