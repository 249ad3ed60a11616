import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/** Deletes a topic at a broker. Upstream: DeleteTopicRequestHeader. */
export const deleteTopicInBroker = defineRequest({
  code: 215,
  name: "DELETE_TOPIC_IN_BROKER",
  servedBy: "broker",
  request: {
    topic: string.required(),
  },
});
