import { defineCommand } from "../../../src/cli/define-command.js";
import { address, text } from "../../../src/cli/options.js";
import { aclOn, type RuleRow, rowsOf } from "../../../src/admin/access-rules.js";
import { mastersOf } from "../../../src/admin/everywhere.js";
import {
  ruleColumns,
  ruleRecord,
  ruleShape,
  ruleTables,
  RULE_FORMAT,
} from "../../../src/admin/rule-table.js";

const options = {
  brokerAddr: address("-b, --brokerAddr <address>", "get acl for which broker").completes("broker"),
  clusterName: text("-c, --clusterName <cluster>", "get acl for specified cluster").completes(
    "cluster",
  ),
  subject: text("-s, --subject <subject>", "the subject of acl to get"),
};

export default defineCommand<typeof options, RuleRow>({
  name: "getAcl",
  summary: "Get acl from cluster.",
  since: "5.3.0",
  impact: "read",
  options,
  exclusive: [{ options: ["brokerAddr", "clusterName"], required: true }],
  examples: [
    { line: "mqadmin getAcl -c DefaultCluster -s User:alice", says: "as each master has them" },
  ],
  async *run({ admin }, { subject, ...where }) {
    for (const broker of await mastersOf(admin, where)) {
      const acl = await aclOn(admin, broker, subject);
      if (acl !== undefined) yield* rowsOf([acl], broker);
    }
  },
  columns: ruleColumns,
  record: ruleRecord,
  shape: ruleShape,
  format: RULE_FORMAT,
  plain: ruleTables,
});
