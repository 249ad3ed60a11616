import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/** Lets a half message be checked again. Upstream: ResumeCheckHalfMessageRequestHeader. */
export const resumeCheckHalfMessage = defineRequest({
  code: 323,
  name: "RESUME_CHECK_HALF_MESSAGE",
  servedBy: "broker",
  request: {
    topic: string.optional(),
    msgId: string.optional(),
  },
});
