import { defineCommand } from "../../../src/cli/define-command.js";
import { address, text } from "../../../src/cli/options.js";
import { aclsOn, type RuleRow, rowsOf } from "../../../src/admin/access-rules.js";
import { mastersOf } from "../../../src/admin/everywhere.js";
import {
  ruleColumns,
  ruleRecord,
  ruleShape,
  ruleTables,
  RULE_FORMAT,
} from "../../../src/admin/rule-table.js";

const options = {
  brokerAddr: address("-b, --brokerAddr <address>", "list acl for which broker.").completes(
    "broker",
  ),
  clusterName: text("-c, --clusterName <cluster>", "list acl for specified cluster.").completes(
    "cluster",
  ),
  subject: text("-s, --subject <text>", "the subject of acl to filter."),
  resource: text("-r, --resource <text>", "the resource of acl to filter."),
};

export default defineCommand<typeof options, RuleRow>({
  name: "listAcl",
  summary: "List acl from cluster.",
  since: "5.3.0",
  impact: "read",
  options,
  exclusive: [{ options: ["brokerAddr", "clusterName"], required: true }],
  examples: [
    { line: "mqadmin listAcl -c DefaultCluster", says: "all rules of each master" },
    { line: "mqadmin listAcl -c DefaultCluster -r pay", says: "resources that contain pay" },
  ],
  async *run({ admin }, { subject: subjectFilter, resource: resourceFilter, ...where }) {
    for (const broker of await mastersOf(admin, where)) {
      yield* rowsOf(await aclsOn(admin, broker, { subjectFilter, resourceFilter }), broker);
    }
  },
  columns: ruleColumns,
  record: ruleRecord,
  shape: ruleShape,
  format: RULE_FORMAT,
  plain: ruleTables,
});
