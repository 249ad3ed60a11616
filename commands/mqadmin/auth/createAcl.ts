import { defineCommand } from "../../../src/cli/define-command.js";
import { address, list, text } from "../../../src/cli/options.js";
import { createRuleOn } from "../../../src/admin/access-rules.js";
import { everywhere, plainSuccess } from "../../../src/admin/everywhere.js";
import { givenRuleRecord, givenRuleShape } from "../../../src/admin/rule-table.js";

export default defineCommand({
  name: "createAcl",
  summary: "Create acl to cluster.",
  since: "5.3.0",
  impact: "write",
  options: {
    clusterName: text("-c, --clusterName <cluster>", "create acl to which cluster").completes(
      "cluster",
    ),
    brokerAddr: address("-b, --brokerAddr <address>", "create acl to which broker").completes(
      "broker",
    ),
    subject: text("-s, --subject <subject>", "the subject of acl to create.").required(),
    resources: list("-r, --resources <names>", "the resources of acl to create").required(),
    actions: list("-a, --actions <names>", "the actions of acl to create").required(),
    sourceIps: list("-i, --sourceIp <addresses>", "the sourceIps of acl to create"),
    decision: text("-d, --decision <word>", "the decision of acl to create").required(),
  },
  exclusive: [{ options: ["clusterName", "brokerAddr"], required: true }],
  examples: [
    {
      line: "mqadmin createAcl -c DefaultCluster -s User:alice -r Topic:pay-*,Group:billing -a Pub,Sub -d Allow",
      says: "types are Any, Cluster, Namespace, Topic and Group; actions All, Pub, Sub, Create, Update, Delete, Get and List",
    },
    {
      line: "mqadmin createAcl -b 10.0.0.11:10911 -s User:alice -r Cluster:* -a All -i 10.0.0.0/8 -d Deny",
      says: "only for requests from these addresses",
    },
  ],
  run: async (context, { subject, resources, actions, sourceIps, decision, ...where }) => {
    const rule = { subject, resources, actions, sourceIps, decision };
    const brokers = await everywhere(context, where, (broker) =>
      createRuleOn(context.admin, broker, rule),
    );
    return [{ ...rule, brokers }];
  },
  columns: [],
  single: true,
  record: (row) => givenRuleRecord(row),
  shape: givenRuleShape,
  plain: (rows) => plainSuccess("create acl", rows),
});
