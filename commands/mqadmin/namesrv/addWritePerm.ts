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
  name: "addWritePerm",
  summary: "Add write perm of broker in all name server you defined in the -n param.",
  since: "4.9.2",
  impact: "write",
  options,
  examples: [
    {
      line: "mqadmin addWritePerm -b broker-a",
      says: "producers send to it again",
    },
  ],
  run: ({ admin, fail }, { brokerName }) =>
    changeWritePerm(admin, brokerName, { writable: true, fail }),
  columns: permColumns,
  plain: permLines,
});
