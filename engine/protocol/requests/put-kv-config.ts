import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/** Sets one value of a namespace. Upstream: PutKVConfigRequestHeader, KVConfigManager. */
export const putKvConfig = defineRequest({
  code: 100,
  name: "PUT_KV_CONFIG",
  servedBy: "namesrv",
  request: {
    namespace: string.required(),
    key: string.required(),
    value: string.required(),
  },
});
