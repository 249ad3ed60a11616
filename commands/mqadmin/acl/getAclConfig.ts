import { defineCommand } from "../../../src/cli/define-command.js";
import { address, text } from "../../../src/cli/options.js";
import { targets } from "../../../src/admin/clusters.js";
import { accountsOn, accountsText } from "../../../src/admin/plain-accounts.js";

export default defineCommand({
  name: "getAclConfig",
  formerName: [{ before: "4.9.4", name: "getAccessConfigSubCommand" }],
  summary: "List all of acl config information in cluster.",
  formerSummary: [{ before: "5.1.4", summary: "List all of acl config information in cluster" }],
  until: "5.2.0",
  impact: "read",
  options: {
    brokerAddr: address(
      "-b, --brokerAddr <address>",
      "query acl config version for which broker",
    ).completes("broker"),
    clusterName: text(
      "-c, --clusterName <cluster>",
      "query acl config version for specified cluster",
    ).completes("cluster"),
  },
  exclusive: [{ options: ["brokerAddr", "clusterName"], required: true }],
  examples: [
    {
      line: "mqadmin getAclConfig -b 10.0.0.11:10911",
      says: "accounts of plain_acl.yml with their secret keys, brokers up to 5.1.4",
    },
  ],
  async *run({ admin }, where) {
    for (const brokerAddr of await targets(admin, where)) {
      yield { brokerAddr, ...(await accountsOn(admin, brokerAddr)) };
    }
  },
  columns: [],
  record: ({ brokerAddr, globalWhiteAddrs, plainAccessConfigs }) => ({
    brokerAddr,
    globalWhiteRemoteAddresses: globalWhiteAddrs,
    accounts: plainAccessConfigs.map((account) => ({
      accessKey: account.accessKey ?? null,
      secretKey: account.secretKey ?? null,
      whiteRemoteAddress: account.whiteRemoteAddress ?? null,
      admin: account.admin,
      defaultTopicPerm: account.defaultTopicPerm ?? null,
      defaultGroupPerm: account.defaultGroupPerm ?? null,
      topicPerms: account.topicPerms ?? null,
      groupPerms: account.groupPerms ?? null,
    })),
  }),
  shape: {
    brokerAddr: "string",
    globalWhiteRemoteAddresses: ["string"],
    accounts: [
      {
        accessKey: "string?",
        secretKey: "string?",
        whiteRemoteAddress: "string?",
        admin: "boolean",
        defaultTopicPerm: "string?",
        defaultGroupPerm: "string?",
        topicPerms: { $nullable: ["string"] },
        groupPerms: { $nullable: ["string"] },
      },
    ],
  },
  async *plain(rows) {
    for await (const row of rows) yield accountsText(row);
  },
});
