import { defineCommand } from "../../../src/cli/define-command.js";
import { address, text } from "../../../src/cli/options.js";
import { everywhere, plainSuccess } from "../../../src/admin/everywhere.js";
import { createUserOn } from "../../../src/admin/users.js";

export default defineCommand({
  name: "createUser",
  summary: "Create user to cluster.",
  since: "5.3.0",
  impact: "write",
  options: {
    clusterName: text("-c, --clusterName <cluster>", "create user to which cluster").completes(
      "cluster",
    ),
    brokerAddr: address("-b, --brokerAddr <address>", "create user to which broker").completes(
      "broker",
    ),
    username: text("-u, --username <name>", "the username of user to create.").required(),
    password: text("-p, --password <password>", "the password of user to create").required(),
    userType: text("-t, --userType <type>", "the userType of user to create"),
  },
  exclusive: [{ options: ["clusterName", "brokerAddr"], required: true }],
  examples: [
    {
      line: "mqadmin createUser -c DefaultCluster -u alice -p secret",
      says: "a user that has only the rights that rules give it, on every master and slave",
    },
    {
      line: "mqadmin createUser -b 10.0.0.11:10911 -u root -p secret -t Super",
      says: "a user that may do everything, on one broker",
    },
  ],
  run: async (context, { username, password, userType, ...where }) => {
    const user = { username, password, userType };
    const brokers = await everywhere(context, where, (broker) =>
      createUserOn(context.admin, broker, user),
    );
    return [{ username, brokers }];
  },
  columns: [],
  single: true,
  record: ({ username, brokers }) => ({ username, brokers }),
  shape: { username: "string", brokers: ["string"] },
  plain: (rows) => plainSuccess("create user", rows),
});
