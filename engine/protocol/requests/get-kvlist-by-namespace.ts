import { kvTable } from "../bodies/kv-table.js";
import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/** All values of a namespace. Upstream: GetKVListByNamespaceRequestHeader. */
export const getKvlistByNamespace = defineRequest({
  code: 219,
  name: "GET_KVLIST_BY_NAMESPACE",
  servedBy: "namesrv",
  request: {
    namespace: string.required(),
  },
  responseBody: kvTable,
});
