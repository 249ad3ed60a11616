import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/** Makes a broker look for messages of light topics that wait for a group. Upstream: TriggerLiteDispatchRequestHeader. */
export const triggerLiteDispatch = defineRequest({
  code: 200079,
  name: "TRIGGER_LITE_DISPATCH",
  servedBy: "broker",
  since: "5.5.0",
  request: {
    group: string.required(),
    clientId: string.optional(),
  },
});
