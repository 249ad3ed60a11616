import { defineCommand } from "../../../src/cli/define-command.js";
import { address, list, text } from "../../../src/cli/options.js";
import { everywhere, plainSuccess } from "../../../src/admin/everywhere.js";
import { saveWhiteAddressesOn } from "../../../src/admin/plain-accounts.js";

export default defineCommand({
  name: "updateGlobalWhiteAddr",
  summary: "Update global white address for acl Config File in broker.",
  formerSummary: [
    { before: "5.1.4", summary: "Update global white address for acl Config File in broker" },
  ],
  until: "5.3.3",
  impact: "write",
  options: {
    brokerAddr: address(
      "-b, --brokerAddr <address>",
      "update global white address to which broker",
    ).completes("broker"),
    clusterName: text(
      "-c, --clusterName <cluster>",
      "update global white address to which cluster",
    ).completes("cluster"),
    addresses: list(
      "-g, --globalWhiteRemoteAddresses <addresses>",
      "set globalWhiteRemoteAddress list,eg: 10.10.103.*,192.168.0.*",
    ).required(),
    file: text(
      "-p, --aclFileFullPath <file>",
      "update global white address of specified acl file,eg: /xxx/plain_test.yml",
    ).since("4.9.4"),
  },
  exclusive: [{ options: ["brokerAddr", "clusterName"], required: true }],
  examples: [
    {
      line: "mqadmin updateGlobalWhiteAddr -c DefaultCluster -g 10.10.103.*,192.168.0.*",
      says: "who needs no account; those that were there before are replaced",
    },
  ],
  run: async (context, { addresses, file, ...options }) => {
    const where = { ...options, mastersOnly: context.compat.isBefore("4.9.2") };
    const brokers = await everywhere(context, where, (broker) =>
      saveWhiteAddressesOn(context.admin, broker, { addresses, file }),
    );
    return [{ addresses, file, brokers }];
  },
  columns: [],
  single: true,
  record: ({ addresses, file, brokers }) => ({
    globalWhiteRemoteAddresses: addresses,
    aclFileFullPath: file ?? null,
    brokers,
  }),
  shape: {
    globalWhiteRemoteAddresses: ["string"],
    aclFileFullPath: "string?",
    brokers: ["string"],
  },
  plain: (rows) => plainSuccess("update global white remote addresses", rows),
});
