import { upstreamPrints } from "./plain-text-error.js";
import type { UserInfo } from "../../engine/protocol/bodies/auth-info.js";
import { authCreateUser } from "../../engine/protocol/requests/auth-create-user.js";
import { authDeleteUser } from "../../engine/protocol/requests/auth-delete-user.js";
import { authGetUser } from "../../engine/protocol/requests/auth-get-user.js";
import { authListUser } from "../../engine/protocol/requests/auth-list-user.js";
import { authUpdateUser } from "../../engine/protocol/requests/auth-update-user.js";
import { RocketmqError } from "../../engine/base/errors.js";
import type { Admin } from "./admin.js";
import { change, secretText, type State } from "./change.js";

export type { UserInfo };

const TYPES = ["Super", "Normal"];

/** A user as one broker has it; undefined when it has none of that name. Upstream: DefaultMQAdminExt.getUser. */
export async function userOn(
  admin: Admin,
  address: string,
  username: string | undefined,
): Promise<UserInfo | undefined> {
  const answer = await admin.broker(address, authGetUser, { username });
  return isEmpty(answer.body) ? undefined : answer.content();
}

/** All users of a broker whose names contain the filter. */
export async function usersOn(
  admin: Admin,
  address: string,
  filter: string | undefined,
): Promise<UserInfo[]> {
  const answer = await admin.broker(address, authListUser, { filter });
  return isEmpty(answer.body) ? [] : answer.content();
}

/** Creates a user on a broker. A type that the broker does not know makes a normal user, as with Apache's tool. */
export async function createUserOn(admin: Admin, address: string, user: UserInfo): Promise<void> {
  const { username, userType } = user;
  const isKnown = TYPES.includes(typeName(userType) ?? "");
  await change(admin, address, authCreateUser, {
    header: { username },
    options: { content: user },
    read: () => stateOf(admin, address, user),
    wanted: wantedOf(isKnown ? user : { ...user, userType: undefined }),
  });
}

/** Changes what is given of a user. */
export async function updateUserOn(admin: Admin, address: string, user: UserInfo): Promise<void> {
  await change(admin, address, authUpdateUser, {
    header: { username: user.username },
    options: { content: user },
    read: () => stateOf(admin, address, user),
    wanted: wantedOf(user),
  });
}

/** Deletes a user, and the rules that go with it. */
export async function deleteUserOn(admin: Admin, address: string, username: string): Promise<void> {
  await change(admin, address, authDeleteUser, {
    header: { username },
    read: () => stateOf(admin, address, { username }),
    wanted: null,
  });
}

/** Makes a user of one broker the same on another: created there, or changed. */
export async function copyUserTo(
  admin: Admin,
  user: UserInfo | string,
  { from, to }: { from: string; to: string },
): Promise<string> {
  const source = typeof user === "string" ? await userOn(admin, from, user) : user;
  if (source === undefined) throw unknownUser(typeof user === "string" ? user : "", from);
  const { username } = source;
  const isThere = (await userOn(admin, to, username)) !== undefined;
  await (isThere ? updateUserOn : createUserOn)(admin, to, source);
  return username ?? "";
}

export function unknownUser(username: string, where: string): RocketmqError {
  return upstreamPrints(
    "",
    new RocketmqError(`there is no user ${username} at ${where}`, {
      kind: "not-found",
      hint: "mqadmin listUser shows those that are",
    }),
  );
}

/** The state tells of the password only whether it is the given one: it is shown in rehearsals and errors. */
async function stateOf(admin: Admin, address: string, given: UserInfo): Promise<State> {
  const user = await userOn(admin, address, given.username);
  if (user === undefined) return null;
  return {
    ...(given.password !== undefined && { password: secretText(user.password, given.password) }),
    userType: user.userType,
    userStatus: user.userStatus,
  };
}

function wantedOf({ password, userType, userStatus }: UserInfo): State {
  return {
    ...(password !== undefined && { password: secretText(password, password) }),
    ...(userType !== undefined && { userType: typeName(userType) }),
    ...(userStatus !== undefined && { userStatus: userStatus.toLowerCase() }),
  };
}

/** A type as brokers spell it. */
function typeName(given: string | undefined): string | undefined {
  return TYPES.find((type) => type.toLowerCase() === given?.toLowerCase()) ?? given;
}

/** A broker that has nothing to tell sends no body. */
export function isEmpty(body: Buffer | undefined): boolean {
  return body === undefined || body.length === 0;
}
