/** Users and rules of 5.3 are shown and changed. Upstream: AdminBrokerProcessor.createUser … listAcl. */
import type { AuthMetadata } from "../../../acl/auth-metadata.js";
import { AuthRefusal } from "../../../acl/auth-refusal.js";
import type { UserInfo } from "../../../protocol/bodies/auth-info.js";
import { authCreateAcl } from "../../../protocol/requests/auth-create-acl.js";
import { authCreateUser } from "../../../protocol/requests/auth-create-user.js";
import { authDeleteAcl } from "../../../protocol/requests/auth-delete-acl.js";
import { authDeleteUser } from "../../../protocol/requests/auth-delete-user.js";
import { authGetAcl } from "../../../protocol/requests/auth-get-acl.js";
import { authGetUser } from "../../../protocol/requests/auth-get-user.js";
import { authListAcl } from "../../../protocol/requests/auth-list-acl.js";
import { authListUser } from "../../../protocol/requests/auth-list-user.js";
import { authUpdateAcl } from "../../../protocol/requests/auth-update-acl.js";
import { authUpdateUser } from "../../../protocol/requests/auth-update-user.js";
import type { RemotingCommand } from "../../../protocol/remoting-command.js";
import { ResponseCode } from "../../../protocol/response-codes.js";
import type { Dispatcher, Reply } from "../../../remoting/api.js";
import { onceSaved } from "../once-saved.js";

const ONLY_BY_SUPER = "The super user can only be update by super user";

/** Without metadata (nobody asked for users and rules) every request is answered with upstream's refusal. */
export function registerAuth(dispatcher: Dispatcher, metadata: AuthMetadata | undefined): void {
  registerUsers(dispatcher, metadata);
  registerAcls(dispatcher, metadata);
}

function registerUsers(dispatcher: Dispatcher, metadata: AuthMetadata | undefined): void {
  const changes = onceSaved(dispatcher, { saved: () => metadata?.saved() });
  changes.register(authCreateUser, ({ command, header: { username }, content }) =>
    refusing(metadata, (users) => {
      if (isBlank(username)) return blankName();
      const user = { ...content(), username };
      if (isSuper(user) && isNoSuperUser(users, command)) {
        return systemError("The super user can only be create by super user");
      }
      users.createUser(user);
      return {};
    }),
  );
  changes.register(authUpdateUser, ({ command, header: { username }, content }) =>
    refusing(metadata, (users) => {
      if (isBlank(username)) return blankName();
      const user = { ...content(), username };
      const isNoSuper = isNoSuperUser(users, command);
      if (isSuper(user) && isNoSuper) return systemError(ONLY_BY_SUPER);
      if (isNoSuper && isSuper(users.user(username))) throw new AuthRefusal(ONLY_BY_SUPER);
      users.updateUser(user);
      return {};
    }),
  );
  changes.register(authDeleteUser, ({ command, header: { username } }) =>
    refusing(metadata, (users) => {
      if (isBlank(username)) throw new AuthRefusal("username can not be blank");
      const user = users.user(username);
      if (user === undefined) return {};
      if (isSuper(user) && isNoSuperUser(users, command)) throw new AuthRefusal(ONLY_BY_SUPER);
      users.deleteUser(username);
      return {};
    }),
  );
  dispatcher.register(authGetUser, ({ header: { username } }) =>
    refusing(metadata, (users) => {
      if (isBlank(username)) return blankName();
      const user = users.user(username);
      return user === undefined ? {} : { content: user };
    }),
  );
  dispatcher.register(authListUser, ({ header: { filter } }) =>
    refusing(metadata, (users) => {
      const content = users.listUsers(filter);
      return content.length === 0 ? {} : { content };
    }),
  );
}

function registerAcls(dispatcher: Dispatcher, metadata: AuthMetadata | undefined): void {
  const changes = onceSaved(dispatcher, { saved: () => metadata?.saved() });
  for (const definition of [authCreateAcl, authUpdateAcl]) {
    changes.register(definition, ({ header, content }) =>
      refusing(metadata, (acls) => {
        const { subject, policies } = content();
        acls.putAcl(subject ?? header.subject, policies);
        return {};
      }),
    );
  }
  changes.register(authDeleteAcl, ({ header: { subject, policyType, resource } }) =>
    refusing(metadata, (acls) => {
      acls.deleteAcl(subject, policyType, resource);
      return {};
    }),
  );
  dispatcher.register(authGetAcl, ({ header: { subject } }) =>
    refusing(metadata, (acls) => {
      const content = acls.aclOf(subject);
      return content === undefined ? {} : { content };
    }),
  );
  dispatcher.register(authListAcl, ({ header: { subjectFilter, resourceFilter } }) =>
    refusing(metadata, (acls) => {
      const content = acls.listAcls(subjectFilter, resourceFilter);
      return content.length === 0 ? {} : { content };
    }),
  );
}

type AuthReply<RB> = Reply<Record<string, never>, RB>;

function refusing<RB>(
  metadata: AuthMetadata | undefined,
  work: (metadata: AuthMetadata) => AuthReply<RB>,
): AuthReply<RB> {
  if (metadata === undefined) {
    return systemError("An system error occurred, please try again later.");
  }
  try {
    return work(metadata);
  } catch (error) {
    if (!(error instanceof AuthRefusal)) throw error;
    return { code: ResponseCode.NO_PERMISSION, remark: error.message };
  }
}

/** A request without a name comes from a broker that asks nobody who they are. */
function isNoSuperUser(users: AuthMetadata, { extFields }: RemotingCommand): boolean {
  const username = extFields["AccessKey"] ?? "";
  if (username === "") return false;
  const user = users.user(username);
  if (user === undefined) throw new AuthRefusal(`User:${username} is not found`);
  return !isSuper(user);
}

function isSuper(user: UserInfo | undefined): boolean {
  return user?.userType?.toLowerCase() === "super";
}

function isBlank(text: string | undefined): text is undefined | "" {
  return text === undefined || text.trim() === "";
}

function blankName(): { code: number; remark: string } {
  return { code: ResponseCode.INVALID_PARAMETER, remark: "The username is blank" };
}

function systemError(remark: string): { code: number; remark: string } {
  return { code: ResponseCode.SYSTEM_ERROR, remark };
}
