import { defineRequest } from "../define-request.js";
import { boolean, string } from "../header.js";

/**
 * Creates or changes an account of the 4.x access control; gone since 5.3. Upstream:
 * CreateAccessConfigRequestHeader.
 */
export const updateAndCreateAclConfig = defineRequest({
  code: 50,
  name: "UPDATE_AND_CREATE_ACL_CONFIG",
  servedBy: "broker",
  request: {
    accessKey: string.required(),
    secretKey: string.optional(),
    whiteRemoteAddress: string.optional(),
    admin: boolean.optional(),
    defaultTopicPerm: string.optional(),
    defaultGroupPerm: string.optional(),
    topicPerms: string.optional(),
    groupPerms: string.optional(),
  },
});
