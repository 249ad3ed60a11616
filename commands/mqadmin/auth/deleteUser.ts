import { defineCommand } from "../../../src/cli/define-command.js";
import { address, text } from "../../../src/cli/options.js";
import { everywhere, plainSuccess } from "../../../src/admin/everywhere.js";
import { deleteUserOn } from "../../../src/admin/users.js";

export default defineCommand({
  name: "deleteUser",
  summary: "Delete user from cluster.",
  since: "5.3.0",
  impact: "destructive",
  options: {
    clusterName: text("-c, --clusterName <cluster>", "delete acl from which cluster").completes(
      "cluster",
    ),
    brokerAddr: address("-b, --brokerAddr <address>", "delete user from which broker").completes(
      "broker",
    ),
    username: text("-u, --username <name>", "the username of user to delete.").required(),
  },
  exclusive: [{ options: ["clusterName", "brokerAddr"], required: true }],
  examples: [
    {
      line: "mqadmin deleteUser -c DefaultCluster -u alice",
      says: "the user and its rules, on every master and slave",
    },
  ],
  run: async (context, { username, ...where }) => {
    const brokers = await everywhere(context, where, (broker) =>
      deleteUserOn(context.admin, broker, username),
    );
    return [{ username, brokers }];
  },
  columns: [],
  single: true,
  record: ({ username, brokers }) => ({ username, brokers }),
  shape: { username: "string", brokers: ["string"] },
  plain: (rows) => plainSuccess("delete user", rows),
});
