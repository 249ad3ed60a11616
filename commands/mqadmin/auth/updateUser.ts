import { defineCommand } from "../../../src/cli/define-command.js";
import { address, text } from "../../../src/cli/options.js";
import { everywhere, plainSuccess } from "../../../src/admin/everywhere.js";
import { updateUserOn } from "../../../src/admin/users.js";

export default defineCommand({
  name: "updateUser",
  summary: "Update user to cluster.",
  since: "5.3.0",
  impact: "write",
  options: {
    clusterName: text("-c, --clusterName <cluster>", "update user to which cluster").completes(
      "cluster",
    ),
    brokerAddr: address("-b, --brokerAddr <address>", "update user to which broker").completes(
      "broker",
    ),
    username: text("-u, --username <name>", "the username of user to update.").required(),
    password: text("-p, --password <password>", "the password of user to update"),
    userType: text("-t, --userType <type>", "the userType of user to update"),
    userStatus: text("-s, --userStatus <status>", "the userStatus of user to update"),
  },
  exclusive: [
    { options: ["clusterName", "brokerAddr"], required: true },
    { options: ["password", "userType", "userStatus"], required: true },
  ],
  examples: [
    {
      line: "mqadmin updateUser -c DefaultCluster -u alice -p better",
      says: "a new password, on every master and slave",
    },
    {
      line: "mqadmin updateUser -c DefaultCluster -u alice -s disable",
      says: "the user may do nothing until it is enabled again",
    },
  ],
  run: async (context, { username, password, userType, userStatus, ...where }) => {
    const user = { username, password, userType, userStatus };
    const brokers = await everywhere(context, where, (broker) =>
      updateUserOn(context.admin, broker, user),
    );
    return [{ username, brokers }];
  },
  columns: [],
  single: true,
  record: ({ username, brokers }) => ({ username, brokers }),
  shape: { username: "string", brokers: ["string"] },
  plain: (rows) => plainSuccess("update user", rows),
});
