import { defineCommand } from "../../../src/cli/define-command.js";
import { address, list } from "../../../src/cli/options.js";
import { onEach } from "../../../src/admin/change.js";
import { copyUserTo, type UserInfo, usersOn } from "../../../src/admin/users.js";

export default defineCommand({
  name: "copyUser",
  summary: "Copy user to cluster.",
  since: "5.3.0",
  impact: "write",
  options: {
    fromBroker: address("-f, --fromBroker <address>", "the source broker that the users copy from")
      .required()
      .completes("broker"),
    toBroker: address("-t, --toBroker <address>", "the target broker that the users copy to")
      .required()
      .completes("broker"),
    usernames: list("-u, --usernames <names>", "the username list of user to copy."),
  },
  examples: [
    {
      line: "mqadmin copyUser -f 10.0.0.11:10911 -t 10.0.0.12:10911 -u alice,bob",
      says: "with passwords, types and states; all users without -u",
    },
  ],
  run: async ({ admin, fail }, { fromBroker: from, toBroker: to, usernames = [] }) => {
    const users: (UserInfo | string)[] =
      usernames.length > 0 ? usernames : await usersOn(admin, from, undefined);
    const copied = await onEach(users, (user) => copyUserTo(admin, user, { from, to }), {
      nameOf: (user) => `user ${typeof user === "string" ? user : String(user.username)}`,
      fail,
      width: 1,
    });
    return copied.map((username) => ({ username, from, to }));
  },
  columns: [
    { header: "#UserName", key: "username" },
    { header: "#From", key: "from" },
    { header: "#To", key: "to" },
  ],
  async *plain(rows) {
    for await (const { username, from, to } of rows)
      yield `copy user of ${username} from ${from} to ${to} success.\n`;
  },
});
