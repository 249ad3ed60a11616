import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/**
 * Deletes an account of the 4.x access control; gone since 5.3. Upstream:
 * DeleteAccessConfigRequestHeader.
 */
export const deleteAclConfig = defineRequest({
  code: 51,
  name: "DELETE_ACL_CONFIG",
  servedBy: "broker",
  request: {
    accessKey: string.required(),
  },
});
