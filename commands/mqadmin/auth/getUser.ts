import { defineCommand } from "../../../src/cli/define-command.js";
import { address, text } from "../../../src/cli/options.js";
import { mastersOf } from "../../../src/admin/everywhere.js";
import { unknownUser, type UserInfo, userOn } from "../../../src/admin/users.js";
import { userColumns, USER_FORMAT } from "../../../src/admin/user-table.js";

const options = {
  brokerAddr: address("-b, --brokerAddr <address>", "get user for which broker").completes(
    "broker",
  ),
  clusterName: text("-c, --clusterName <cluster>", "get user for specified cluster").completes(
    "cluster",
  ),
  username: text("-u, --username <name>", "the username of user to get"),
};

export default defineCommand<typeof options, UserInfo>({
  name: "getUser",
  summary: "Get user from cluster.",
  since: "5.3.0",
  impact: "read",
  options,
  exclusive: [{ options: ["brokerAddr", "clusterName"], required: true }],
  examples: [
    {
      line: "mqadmin getUser -c DefaultCluster -u alice",
      says: "as the first master that knows it has it",
    },
  ],
  run: async ({ admin }, { username, ...where }) => {
    const masters = await mastersOf(admin, where);
    for (const broker of masters) {
      const user = await userOn(admin, broker, username);
      if (user !== undefined) return [user];
    }
    throw unknownUser(username ?? "", masters.join(", "));
  },
  columns: userColumns,
  format: USER_FORMAT,
  single: true,
});
