import { defineRequest } from "../define-request.js";
import { boolean, string } from "../header.js";

/** The group of controllers. Upstream: GetMetaDataResponseHeader. */
export const controllerGetMetadataInfo = defineRequest({
  code: 1005,
  name: "CONTROLLER_GET_METADATA_INFO",
  servedBy: "controller",
  since: "5.0.0",
  response: {
    group: string.optional(),
    controllerLeaderId: string.optional(),
    controllerLeaderAddress: string.optional(),
    isLeader: boolean.optional(),
    peers: string.optional(),
  },
});
