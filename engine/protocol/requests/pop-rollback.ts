import { defineRequest } from "../define-request.js";

/** Moves the records of pops from RocksDB to the revive topic. Upstream: AdminBrokerProcessor.transferPopToFsStore. */
export const popRollback = defineRequest({
  code: 200056,
  name: "POP_ROLLBACK",
  servedBy: "broker",
  since: "5.3.2",
});
