import { defineCommand } from "../../../src/cli/define-command.js";
import { address, text } from "../../../src/cli/options.js";
import { type Cleaned, CLEANINGS, cleanedText, cleanUp } from "../../../src/admin/cleaning.js";

const options = {
  brokerAddr: address("-b, --brokerAddr <address>", "Broker address").completes("broker"),
  cluster: text("-c, --cluster <cluster>", "clustername").completes("cluster"),
};

export default defineCommand<typeof options, Cleaned>({
  name: "cleanExpiredCQ",
  summary: "Clean expired ConsumeQueue on broker.",

  impact: "write",
  options,
  examples: [
    {
      line: "mqadmin cleanExpiredCQ -b 10.0.0.11:10911",
      says: "drop queue files whose messages are gone",
    },
    {
      line: "mqadmin cleanExpiredCQ -c DefaultCluster --dry-run",
      says: "which brokers would be told to",
    },
  ],
  run: ({ admin, fail }, where) => cleanUp(admin, CLEANINGS.cleanExpiredCQ, { ...where, fail }),
  columns: [{ header: "#Broker", key: "broker" }],
  plain: cleanedText,
});
