import { defineCommand } from "../../../src/cli/define-command.js";
import { address, text } from "../../../src/cli/options.js";
import { deleteRulesOn } from "../../../src/admin/access-rules.js";
import { everywhere, plainSuccess } from "../../../src/admin/everywhere.js";

export default defineCommand({
  name: "deleteAcl",
  summary: "Delete acl from cluster.",
  since: "5.3.0",
  impact: "destructive",
  options: {
    clusterName: text("-c, --clusterName <cluster>", "delete acl from which cluster").completes(
      "cluster",
    ),
    brokerAddr: address("-b, --brokerAddr <address>", "delete acl from which broker").completes(
      "broker",
    ),
    subject: text("-s, --subject <subject>", "the subject of acl to delete.").required(),
    resource: text("-r, --resources <name>", "the resources of acl to delete"),
  },
  exclusive: [{ options: ["clusterName", "brokerAddr"], required: true }],
  examples: [
    {
      line: "mqadmin deleteAcl -c DefaultCluster -s User:alice -r Topic:pay-*",
      says: "one resource; without -r all rules of the user",
    },
  ],
  run: async (context, { subject, resource, ...where }) => {
    const brokers = await everywhere(context, where, (broker) =>
      deleteRulesOn(context.admin, broker, { subject, resource }),
    );
    return [{ subject, resource, brokers }];
  },
  columns: [],
  single: true,
  record: ({ subject, resource, brokers }) => ({ subject, resource: resource ?? null, brokers }),
  shape: { subject: "string", resource: "string?", brokers: ["string"] },
  plain: (rows) => plainSuccess("delete acl", rows),
});
