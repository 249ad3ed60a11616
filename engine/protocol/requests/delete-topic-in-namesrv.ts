import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/** Deletes a topic from the routes. Upstream: DeleteTopicFromNamesrvRequestHeader. */
export const deleteTopicInNamesrv = defineRequest({
  code: 216,
  name: "DELETE_TOPIC_IN_NAMESRV",
  servedBy: "namesrv",
  request: {
    topic: string.required(),
    clusterName: string.optional(),
  },
});
