import { queryCorrectionOffsetBody } from "../bodies/query-correction-offset-body.js";
import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/** Lowest offsets that other groups reached. Upstream: QueryCorrectionOffsetHeader. */
export const queryCorrectionOffset = defineRequest({
  code: 308,
  name: "QUERY_CORRECTION_OFFSET",
  servedBy: "broker",
  request: {
    filterGroups: string.optional(),
    compareGroup: string.required(),
    topic: string.required(),
  },
  responseBody: queryCorrectionOffsetBody,
});
