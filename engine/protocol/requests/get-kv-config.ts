import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/**
 * One value of a namespace; QUERY_NOT_FOUND when there is none. Upstream:
 * GetKVConfigRequestHeader.
 */
export const getKvConfig = defineRequest({
  code: 101,
  name: "GET_KV_CONFIG",
  servedBy: "namesrv",
  request: {
    namespace: string.required(),
    key: string.required(),
  },
  response: {
    value: string.optional(),
  },
});
