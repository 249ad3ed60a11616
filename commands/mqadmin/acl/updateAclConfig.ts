import { defineCommand } from "../../../src/cli/define-command.js";
import { address, boolean, list, text } from "../../../src/cli/options.js";
import { everywhere, successLines } from "../../../src/admin/everywhere.js";
import { accountText, saveAccountOn } from "../../../src/admin/plain-accounts.js";

export default defineCommand({
  name: "updateAclConfig",
  summary: "Update acl config yaml file in broker.",
  formerSummary: [{ before: "5.1.4", summary: "Update acl config yaml file in broker" }],
  until: "5.3.3",
  impact: "write",
  options: {
    brokerAddr: address(
      "-b, --brokerAddr <address>",
      "update acl config file to which broker",
    ).completes("broker"),
    clusterName: text("-c, --clusterName <cluster>", "update acl config file to which cluster")
      .formerly("4.9.1", { description: "update cl config file to which cluster" })
      .completes("cluster"),
    accessKey: text("-a, --accessKey <key>", "set accessKey in acl config file").required(),
    secretKey: text("-s, --secretKey <key>", "set secretKey in acl config file")
      .required()
      .formerly("4.9.5", { isRequired: false }),
    whiteRemoteAddress: text(
      "-w, --whiteRemoteAddress <address>",
      "set white ip Address for account in acl config file",
    ),
    defaultTopicPerm: text(
      "-i, --defaultTopicPerm <perm>",
      "set default topicPerm in acl config file",
    ),
    defaultGroupPerm: text(
      "-u, --defaultGroupPerm <perm>",
      "set default GroupPerm in acl config file",
    ),
    topicPerms: list("-t, --topicPerms <perms>", "set topicPerms list,eg: topicA=DENY,topicD=SUB"),
    groupPerms: list("-g, --groupPerms <perms>", "set groupPerms list,eg: groupD=DENY,groupD=SUB"),
    admin: boolean("-m, --admin <flag>", "set admin flag in acl config file").default(false),
  },
  exclusive: [{ options: ["brokerAddr", "clusterName"], required: true }],
  examples: [
    {
      line: "mqadmin updateAclConfig -c DefaultCluster -a billing -s 12345678 -t pay-events=SUB -g billing=SUB",
      says: "an account of plain_acl.yml on every broker, brokers up to 5.3.2",
    },
    {
      line: "mqadmin updateAclConfig -b 10.0.0.11:10911 -a root -s 12345678 -m true",
      says: "an administrator on one broker",
    },
  ],
  run: async (context, { brokerAddr, clusterName, ...account }) => {
    const where = { brokerAddr, clusterName, mastersOnly: context.compat.isBefore("4.9.1") };
    const brokers = await everywhere(context, where, (broker) =>
      saveAccountOn(context.admin, broker, account),
    );
    return [{ account, brokers }];
  },
  columns: [],
  single: true,
  record: ({ account, brokers }) => ({
    accessKey: account.accessKey,
    admin: account.admin,
    whiteRemoteAddress: account.whiteRemoteAddress ?? null,
    defaultTopicPerm: account.defaultTopicPerm ?? null,
    defaultGroupPerm: account.defaultGroupPerm ?? null,
    topicPerms: account.topicPerms ?? null,
    groupPerms: account.groupPerms ?? null,
    brokers,
  }),
  shape: {
    accessKey: "string",
    admin: "boolean",
    whiteRemoteAddress: "string?",
    defaultTopicPerm: "string?",
    defaultGroupPerm: "string?",
    topicPerms: { $nullable: ["string"] },
    groupPerms: { $nullable: ["string"] },
    brokers: ["string"],
  },
  async *plain(rows) {
    for await (const { account, brokers } of rows) {
      yield successLines("create or update plain access config", brokers);
      yield accountText(account);
    }
  },
});
