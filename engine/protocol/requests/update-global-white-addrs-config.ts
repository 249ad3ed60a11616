import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/**
 * Changes the addresses that need no account; gone since 5.3. Upstream:
 * UpdateGlobalWhiteAddrsConfigRequestHeader.
 */
export const updateGlobalWhiteAddrsConfig = defineRequest({
  code: 53,
  name: "UPDATE_GLOBAL_WHITE_ADDRS_CONFIG",
  servedBy: "broker",
  request: {
    globalWhiteAddrs: string.required(),
    aclFileFullPath: string.optional(),
  },
});
