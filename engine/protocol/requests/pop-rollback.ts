import { defineRequest } from "../define-request.js";

/** Exports records of popped messages. Upstream: AdminBrokerProcessor. */
export const popRollback = defineRequest({
  code: 200056,
  name: "POP_ROLLBACK",
  servedBy: "broker",
  since: "5.3.4",
});
