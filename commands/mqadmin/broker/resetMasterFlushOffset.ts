import { defineCommand } from "../../../src/cli/define-command.js";
import { UsageError } from "../../../src/cli/exit-codes.js";
import { address, long } from "../../../src/cli/options.js";
import { resetFlushOffset } from "../../../src/admin/replication.js";

const options = {
  brokerAddr: address("-b, --brokerAddr <address>", "which broker to reset").completes("broker"),
  offset: long("-o, --offset <offset>", "the offset to reset at"),
};

export default defineCommand<typeof options, { broker: string; masterFlushOffset: number }>({
  name: "resetMasterFlushOffset",
  summary: "Reset master flush offset in slave.",
  since: "5.0.0",
  formerSummary: [{ before: "5.1.4", summary: "Reset master flush offset in slave" }],
  impact: "write",
  options,
  examples: [
    {
      line: "mqadmin resetMasterFlushOffset -b 10.0.0.21:10911 -o 120034",
      says: "how far a slave takes its master's log to be flushed",
    },
  ],
  run: async ({ admin }, { brokerAddr, offset }) => {
    if (brokerAddr === undefined) throw new UsageError("Missing required option: b");
    if (offset === undefined) throw new UsageError("Missing required option: o");
    await resetFlushOffset(admin, brokerAddr, offset);
    return [{ broker: brokerAddr, masterFlushOffset: offset }];
  },
  columns: [
    { header: "#Broker", key: "broker" },
    { header: "#MasterFlushOffset", key: "masterFlushOffset", type: "integer" },
  ],
  single: true,
  async *plain(rows) {
    for await (const { masterFlushOffset } of rows) {
      yield `reset master flush offset to ${masterFlushOffset} success\n`;
    }
  },
});
