import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/** Removes one value of a namespace. Upstream: DeleteKVConfigRequestHeader. */
export const deleteKvConfig = defineRequest({
  code: 102,
  name: "DELETE_KV_CONFIG",
  servedBy: "namesrv",
  request: {
    namespace: string.required(),
    key: string.required(),
  },
});
