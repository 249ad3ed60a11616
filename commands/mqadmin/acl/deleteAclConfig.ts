import { defineCommand } from "../../../src/cli/define-command.js";
import { address, text } from "../../../src/cli/options.js";
import { everywhere } from "../../../src/admin/everywhere.js";
import { deleteAccountOn } from "../../../src/admin/plain-accounts.js";

export default defineCommand({
  name: "deleteAclConfig",
  formerName: [{ before: "4.9.4", name: "deleteAccessConfig" }],
  summary: "Delete Acl Config Account in broker.",
  formerSummary: [{ before: "5.1.4", summary: "Delete Acl Config Account in broker" }],
  until: "5.3.3",
  impact: "destructive",
  options: {
    brokerAddr: address("-b, --brokerAddr <address>", "delete acl config account from which broker")
      .formerly("4.9.1", { description: "delete acl config account to which broker" })
      .completes("broker"),
    clusterName: text("-c, --clusterName <cluster>", "delete acl config account from which cluster")
      .formerly("4.9.1", { description: "delete cl config account to which cluster" })
      .completes("cluster"),
    accessKey: text(
      "-a, --accessKey <key>",
      "set accessKey in acl config file for deleting which account",
    ).required(),
  },
  exclusive: [{ options: ["brokerAddr", "clusterName"], required: true }],
  examples: [
    {
      line: "mqadmin deleteAclConfig -c DefaultCluster -a billing",
      says: "an account of plain_acl.yml on every broker, brokers up to 5.3.2",
    },
  ],
  run: async (context, { accessKey, ...options }) => {
    const where = { ...options, mastersOnly: context.compat.isBefore("4.9.2") };
    const brokers = await everywhere(context, where, (broker) =>
      deleteAccountOn(context.admin, broker, accessKey),
    );
    return [{ accessKey, brokers }];
  },
  columns: [],
  single: true,
  record: ({ accessKey, brokers }) => ({ accessKey, brokers }),
  shape: { accessKey: "string", brokers: ["string"] },
  async *plain(rows, _options, { compat }) {
    const preposition = compat.isBefore("4.9.1") ? "to" : "from";
    const noun = compat.isBefore("5.1.1") ? "accesskey" : "accessKey";
    for await (const { accessKey, brokers } of rows) {
      for (const broker of brokers)
        yield `delete plain access config account ${preposition} ${broker} success.\n`;
      yield `account's ${noun} is:${accessKey}`;
    }
  },
});
