import { defineCommand } from "../../../src/cli/define-command.js";
import { address, text } from "../../../src/cli/options.js";
import { plainTable } from "../../../src/output/plain.js";
import { mastersOf } from "../../../src/admin/everywhere.js";
import { type UserInfo, usersOn } from "../../../src/admin/users.js";
import { userColumns, USER_FORMAT } from "../../../src/admin/user-table.js";

interface UserRow extends UserInfo {
  readonly brokerAddr: string;
}

const options = {
  brokerAddr: address("-b, --brokerAddr <address>", "list user for which broker").completes(
    "broker",
  ),
  clusterName: text("-c, --clusterName <cluster>", "list user for specified cluster").completes(
    "cluster",
  ),
  filter: text("-f, --filter <text>", "the filter to list users"),
};

export default defineCommand<typeof options, UserRow>({
  name: "listUser",
  summary: "List user from cluster.",
  since: "5.3.0",
  impact: "read",
  options,
  exclusive: [{ options: ["brokerAddr", "clusterName"], required: true }],
  examples: [
    {
      line: "mqadmin listUser -c DefaultCluster",
      says: "those of the first master that has any",
    },
    { line: "mqadmin listUser -b 10.0.0.11:10911 -f al", says: "names that contain al" },
  ],
  run: async ({ admin }, { filter, ...where }) => {
    for (const brokerAddr of await mastersOf(admin, where)) {
      const users = await usersOn(admin, brokerAddr, filter);
      if (users.length > 0) return users.map((user) => ({ ...user, brokerAddr }));
    }
    return [];
  },
  columns: [...userColumns, { header: "#BrokerAddr", key: "brokerAddr", machineOnly: true }],
  format: USER_FORMAT,
  async *plain(rows, { clusterName }) {
    const users: UserRow[] = [];
    for await (const user of rows) users.push(user);
    const [first] = users;
    if (first === undefined) return;
    yield* plainTable({ columns: userColumns, format: USER_FORMAT }, users);
    if (clusterName !== undefined) yield `get user from ${first.brokerAddr} success.\n`;
  },
});
