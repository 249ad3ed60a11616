import { defineRequest } from "../define-request.js";
import { int64, string } from "../header.js";

/** Addresses of replication, between broker and replica. Upstream: ExchangeHAInfoRequestHeader. */
export const exchangeBrokerHaInfo = defineRequest({
  code: 906,
  name: "EXCHANGE_BROKER_HA_INFO",
  servedBy: "broker",
  since: "5.0.0",
  request: {
    masterHaAddress: string.optional(),
    masterFlushOffset: int64.optional(),
    masterAddress: string.optional(),
  },
  response: {
    masterHaAddress: string.optional(),
    masterFlushOffset: int64.optional(),
    masterAddress: string.optional(),
  },
});
