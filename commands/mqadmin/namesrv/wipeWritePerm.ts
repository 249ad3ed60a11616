import { defineCommand } from "../../../src/cli/define-command.js";
import { text } from "../../../src/cli/options.js";
import {
  changeWritePerm,
  permColumns,
  permLines,
  type PermOutcome,
} from "../../../src/admin/write-perm.js";

const options = {
  brokerName: text("-b, --brokerName <name>", "broker name").required(),
};

export default defineCommand<typeof options, PermOutcome>({
  name: "wipeWritePerm",
  summary: "Wipe write perm of broker in all name server you defined in the -n param.",
  formerSummary: [
    { before: "4.9.2", summary: "Wipe write perm of broker in all name server" },
    {
      before: "5.0.0",
      summary: "Wipe write perm of broker in all name server you defined in the -n param",
    },
  ],
  impact: "write",
  options,
  examples: [
    {
      line: "mqadmin wipeWritePerm -b broker-a",
      says: "producers go elsewhere, until it is given back or the broker registers changed topics",
    },
  ],
  run: ({ admin, fail }, { brokerName }) =>
    changeWritePerm(admin, brokerName, { writable: false, fail }),
  columns: permColumns,
  plain: permLines,
});
