import { type Column, defineCommand } from "../../../src/cli/define-command.js";
import { address, text } from "../../../src/cli/options.js";
import { plainHeader, plainRow } from "../../../src/output/plain.js";
import { targets } from "../../../src/admin/clusters.js";
import { secondsText } from "../../../src/admin/java-text.js";
import { type AclVersion, aclVersionsOn } from "../../../src/admin/plain-accounts.js";

const columns: Column<AclVersion>[] = [
  { header: "#Cluster Name", key: "clusterName" },
  { header: "#Broker Name", key: "brokerName" },
  { header: "#Broker Addr", key: "brokerAddr" },
  { header: "#AclFilePath", key: "file", type: "string?" },
  { header: "#AclConfigVersionNum", key: "counter", type: "integer" },
  {
    header: "#AclLastUpdateTime",
    key: "timestamp",
    kind: "time",
    text: (row) => secondsText(row.timestamp),
  },
];

const options = {
  brokerAddr: address(
    "-b, --brokerAddr <address>",
    "query acl config version for which broker",
  ).completes("broker"),
  clusterName: text(
    "-c, --clusterName <cluster>",
    "query acl config version for specified cluster",
  ).completes("cluster"),
};

const FORMAT = "%-16s  %-22s  %-22s  %-20s  %-22s  %-22s";
/** Before 4.9.3 there was one file, whose path was not shown. */
const FORMER = {
  columns: columns.filter(({ key }) => key !== "file"),
  format: "%-16s  %-22s  %-22s  %-20s  %-22s",
};

export default defineCommand<typeof options, AclVersion>({
  name: "clusterAclConfigVersion",
  summary: "List all of acl config version information in cluster.",
  formerSummary: [
    { before: "5.1.4", summary: "List all of acl config version information in cluster" },
  ],
  until: "5.3.3",
  impact: "read",
  options,
  exclusive: [{ options: ["brokerAddr", "clusterName"], required: true }],
  examples: [
    {
      line: "mqadmin clusterAclConfigVersion -c DefaultCluster",
      says: "how often plain_acl.yml was changed on each master, and when last; brokers up to 5.3.2",
    },
  ],
  run: async ({ admin }, where) => {
    const addresses = await targets(admin, where);
    // the header is printed before the first broker is asked, as upstream does
    return (async function* () {
      for (const broker of addresses) yield* await aclVersionsOn(admin, broker);
    })();
  },
  columns,
  format: FORMAT,
  async *plain(rows, { brokerAddr }, { compat }) {
    const table = compat.isBefore("4.9.3") ? FORMER : { columns, format: FORMAT };
    if (brokerAddr === undefined) yield plainHeader(table);
    for await (const row of rows) yield `${plainRow(table, row)}\n`;
    const what = "plain access config version success.";
    if (brokerAddr === undefined) yield `get cluster's ${what}\n`;
    else if (compat.isBefore("5.0.0")) yield `get broker's ${what}\n`;
    else yield `get broker's ${what} Address:${brokerAddr} \n`;
  },
});
