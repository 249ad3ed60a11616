import { defineCommand } from "../../../src/cli/define-command.js";
import { address, text } from "../../../src/cli/options.js";
import { onEach } from "../../../src/admin/change.js";
import { type ChosenBroker, chosenBrokers } from "../../../src/admin/chosen-brokers.js";
import { setReadAhead } from "../../../src/admin/cold-data.js";
import { PlainTextError } from "../../../src/admin/plain-text-error.js";

const options = {
  commitLogReadAheadMode: text(
    "-m, --commitLogReadAheadMode <mode>",
    "set the CommitLog read ahead mode; 0 is default, 1 random read",
  ).required(),
  brokerAddr: address("-b, --brokerAddr <address>", "set which broker").completes("broker"),
  clusterName: text("-c, --clusterName <cluster>", "set which cluster").completes("cluster"),
};

interface Answer extends ChosenBroker {
  remark: string | undefined;
}

export default defineCommand<typeof options, Answer>({
  name: "setCommitLogReadAheadMode",
  summary: "Set read ahead mode for all commitlog files.",
  since: "5.1.2",
  formerSummary: [{ before: "5.1.4", summary: "set read ahead mode for all commitlog files" }],
  impact: "write",
  options,
  examples: [
    {
      line: "mqadmin setCommitLogReadAheadMode -b 10.0.0.11:10911 -m 1",
      says: "readers of old messages jump about: do not read ahead",
    },
    {
      line: "mqadmin setCommitLogReadAheadMode -c DefaultCluster -m 0",
      says: "let the system read ahead again, everywhere",
    },
  ],
  run: async ({ admin, fail }, { brokerAddr, clusterName, commitLogReadAheadMode: mode }) => {
    if (mode !== "0" && mode !== "1") {
      throw new PlainTextError("set the read mode error; 0 is default, 1 random read\n", {
        kind: "usage",
      });
    }
    const brokers = await chosenBrokers(admin, { brokerAddr, clusterName });
    return onEach(
      brokers,
      async (broker) => ({ ...broker, remark: await setReadAhead(admin, broker.address, mode) }),
      { nameOf: ({ address: name }) => name, fail },
    );
  },
  columns: [
    { header: "#Broker", key: "address" },
    { header: "#Answer", key: "remark", type: "string?" },
  ],
  async *plain(rows) {
    for await (const { title, remark } of rows) {
      yield ` ${title}commitLog set readAhead mode rstStr${remark ?? "null"}\n`;
    }
  },
});
