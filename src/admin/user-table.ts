import type { Column } from "../cli/define-command.js";
import type { UserInfo } from "./users.js";

/** Upstream: GetUserSubCommand.FORMAT. */
export const USER_FORMAT = "%-16s  %-22s  %-22s  %-22s";

export const userColumns: Column<UserInfo>[] = [
  { header: "#UserName", key: "username" },
  { header: "#Password", key: "password", type: "string?", text: orNull("password") },
  { header: "#UserType", key: "userType", type: "string?", text: orNull("userType") },
  { header: "#UserStatus", key: "userStatus", type: "string?", text: orNull("userStatus") },
];

/** What Java's printf makes of null. */
function orNull(key: keyof UserInfo): (user: UserInfo) => string {
  return (user) => user[key] ?? "null";
}
