import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/** Takes back a timer message. Upstream: RecallMessageRequestHeader. */
export const recallMessage = defineRequest({
  code: 370,
  name: "RECALL_MESSAGE",
  servedBy: "broker",
  since: "5.3.2",
  request: {
    producerGroup: string.optional(),
    topic: string.required(),
    recallHandle: string.required(),
    brokerName: string.optional("bname"),
  },
  response: {
    msgId: string.required(),
  },
});
