import { kvTable } from "../bodies/kv-table.js";
import { registerBrokerBody } from "../bodies/register-broker-body.js";
import { defineRequest } from "../define-request.js";
import { boolean, int32, int64, string } from "../header.js";

/**
 * Registers a broker with its topics ([R-REG-1]). The body codec is for uncompressed bodies.
 * Upstream: RegisterBrokerRequestHeader.
 */
export const registerBroker = defineRequest({
  code: 103,
  name: "REGISTER_BROKER",
  servedBy: "namesrv",
  request: {
    brokerName: string.required(),
    brokerAddr: string.required(),
    clusterName: string.required(),
    haServerAddr: string.optional(),
    brokerId: int64.required(),
    compressed: boolean.optional(),
    bodyCrc32: int32.optional(),
    heartbeatTimeoutMillis: int64.optional(),
    enableActingMaster: boolean.optional(),
    zoneName: string.optional("__ZONE_NAME"),
  },
  response: {
    haServerAddr: string.optional(),
    masterAddr: string.optional(),
  },
  requestBody: registerBrokerBody,
  responseBody: kvTable,
});
