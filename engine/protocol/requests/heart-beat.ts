import { heartbeatData } from "../bodies/heartbeat-data.js";
import { defineRequest } from "../define-request.js";
import { boolean } from "../header.js";

/**
 * Registers a client with its groups and subscriptions. Upstream: ClientManageProcessor.heartBeat.
 */
export const heartBeat = defineRequest({
  code: 34,
  name: "HEART_BEAT",
  servedBy: "broker",
  response: {
    isSupportHeartBeatV2: boolean.optional("IS_SUPPORT_HEART_BEAT_V2"),
    isSubChange: boolean.optional("IS_SUB_CHANGE"),
  },
  requestBody: heartbeatData,
});
