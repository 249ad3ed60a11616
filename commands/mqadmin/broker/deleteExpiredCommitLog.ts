import { defineCommand } from "../../../src/cli/define-command.js";
import { address, text } from "../../../src/cli/options.js";
import { type Cleaned, CLEANINGS, cleanedText, cleanUp } from "../../../src/admin/cleaning.js";

const options = {
  brokerAddr: address("-b, --brokerAddr <address>", "Broker address").completes("broker"),
  cluster: text("-c, --cluster <cluster>", "clustername").completes("cluster"),
  namesrvAddr: text("-n, --namesrvAddr <arg>", "Name server address"),
};

export default defineCommand<typeof options, Cleaned>({
  name: "deleteExpiredCommitLog",
  summary: "Delete expired CommitLog files.",
  since: "4.9.4",
  formerSummary: [{ before: "5.1.4", summary: "Delete expired CommitLog files" }],
  impact: "destructive",
  options,
  examples: [
    {
      line: "mqadmin deleteExpiredCommitLog -b 10.0.0.11:10911",
      says: "delete log files that are past their time",
    },
    {
      line: "mqadmin deleteExpiredCommitLog -c DefaultCluster --dry-run",
      says: "which brokers would be told to",
    },
  ],
  run: ({ admin, fail }, where) =>
    cleanUp(admin, CLEANINGS.deleteExpiredCommitLog, { ...where, fail }),
  columns: [{ header: "#Broker", key: "broker" }],
  plain: cleanedText,
});
