import { defineCommand } from "../../../src/cli/define-command.js";
import { address, list, text } from "../../../src/cli/options.js";
import { updateRuleOn } from "../../../src/admin/access-rules.js";
import { everywhere, plainSuccess } from "../../../src/admin/everywhere.js";
import { givenRuleRecord, givenRuleShape } from "../../../src/admin/rule-table.js";

export default defineCommand({
  name: "updateAcl",
  summary: "Update acl to cluster.",
  since: "5.3.0",
  impact: "write",
  options: {
    clusterName: text("-c, --clusterName <cluster>", "update acl to which cluster").completes(
      "cluster",
    ),
    brokerAddr: address("-b, --brokerAddr <address>", "update acl to which broker").completes(
      "broker",
    ),
    subject: text("-s, --subject <subject>", "the subject of acl to update.").required(),
    resources: list("-r, --resources <names>", "the resources of acl to update").required(),
    actions: list("-a, --actions <names>", "the actions of acl to update").required(),
    decision: text("-d, --decision <word>", "the decision of acl to update").required(),
    sourceIps: list("-i, --sourceIp <addresses>", "the sourceIps of acl to update"),
  },
  exclusive: [{ options: ["clusterName", "brokerAddr"], required: true }],
  examples: [
    {
      line: "mqadmin updateAcl -c DefaultCluster -s User:alice -r Topic:pay-* -a Sub -d Allow",
      says: "in the place of what was said of these topics; other rules stay",
    },
  ],
  run: async (context, { subject, resources, actions, sourceIps, decision, ...where }) => {
    const rule = { subject, resources, actions, sourceIps, decision };
    const brokers = await everywhere(context, where, (broker) =>
      updateRuleOn(context.admin, broker, rule),
    );
    return [{ ...rule, brokers }];
  },
  columns: [],
  single: true,
  record: (row) => givenRuleRecord(row),
  shape: givenRuleShape,
  plain: (rows) => plainSuccess("update acl", rows),
});
