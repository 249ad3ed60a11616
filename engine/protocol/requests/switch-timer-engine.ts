import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/** Changes what keeps timer messages. Upstream: AdminBrokerProcessor.switchTimerEngine. */
export const switchTimerEngine = defineRequest({
  code: 5001,
  name: "SWITCH_TIMER_ENGINE",
  servedBy: "broker",
  since: "5.5.0",
  request: {
    /** R: timeline in RocksDB; F: wheel in files. */
    engineType: string.optional("E_T"),
  },
});
