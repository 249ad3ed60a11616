import { defineCommand } from "../../../src/cli/define-command.js";
import { address, text } from "../../../src/cli/options.js";
import { type Cleaned, CLEANINGS, cleanedText, cleanUp } from "../../../src/admin/cleaning.js";

const options = {
  brokerAddr: address("-b, --brokerAddr <address>", "Broker address").completes("broker"),
  cluster: text("-c, --cluster <cluster>", "cluster name").completes("cluster"),
};

export default defineCommand<typeof options, Cleaned>({
  name: "cleanUnusedTopic",
  summary: "Clean unused topic on broker.",

  impact: "destructive",
  options,
  examples: [
    {
      line: "mqadmin cleanUnusedTopic -b 10.0.0.11:10911",
      says: "drop queues of topics that are not there",
    },
    {
      line: "mqadmin cleanUnusedTopic -c DefaultCluster --dry-run",
      says: "which brokers would be told to",
    },
  ],
  run: ({ admin, fail }, where) => cleanUp(admin, CLEANINGS.cleanUnusedTopic, { ...where, fail }),
  columns: [{ header: "#Broker", key: "broker" }],
  plain: cleanedText,
});
