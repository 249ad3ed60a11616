/**
 * Users and their rules. Upstream: AuthenticationMetadataManagerImpl, AuthorizationMetadataManagerImpl and their Local
 * providers, which keep them in two RocksDB folders; here it is one JSON file, {"acls":[…],"users":[…]}.
 */
import { CorruptError } from "../base/errors.js";
import type { AclInfo, PolicyInfo, UserInfo } from "../protocol/bodies/auth-info.js";
import { aclInfoList, userInfoList } from "../protocol/bodies/auth-info.js";
import { checkedPolicies, mergedPolicies, policiesWithout } from "./auth-policy.js";
import { AuthRefusal } from "./auth-refusal.js";
import { parseResource, resourceText } from "./auth-resource.js";

export interface User {
  username: string;
  password: string;
  userType: "Super" | "Normal";
  userStatus: "enable" | "disable";
}

/** Where the text is kept. */
export interface AuthStorage {
  load<T>(decode: (text: string) => T): T | undefined;
  save(text: string): void;
  saved(text: () => string): Promise<void> | undefined;
}

type Tables = { users: User[]; acls: AclInfo[] };

const USER_SUBJECT = /^User:(.+)$/i;

export class AuthMetadata {
  private readonly storage: AuthStorage;
  private users = new Map<string, User>();
  /** By name of the user. */
  private acls = new Map<string, AclInfo>();

  constructor(storage: AuthStorage) {
    this.storage = storage;
  }

  load(): void {
    const tables = this.storage.load(decodeTables);
    for (const user of tables?.users ?? []) this.users.set(user.username, user);
    for (const acl of tables?.acls ?? []) this.acls.set(nameOf(acl.subject), acl);
  }

  user(username: string): User | undefined {
    return this.users.get(username);
  }

  listUsers(filter = ""): User[] {
    return [...this.users.values()].filter(({ username }) => username.includes(filter));
  }

  createUser(given: UserInfo): void {
    const { username, password } = given;
    if (isBlank(username)) throw new AuthRefusal("username can not be blank");
    if (isBlank(password)) throw new AuthRefusal("password can not be blank");
    if (this.users.has(username)) throw new AuthRefusal("The user is existed");
    const userType = typeOf(given.userType) ?? "Normal";
    const userStatus = statusOf(given.userStatus) ?? "enable";
    this.change(() => this.users.set(username, { username, password, userType, userStatus }));
  }

  updateUser(given: UserInfo): void {
    const before = this.users.get(given.username ?? "");
    if (before === undefined) throw new AuthRefusal("The user is not exist");
    const { username } = before;
    const after: User = {
      username,
      password: isBlank(given.password) ? before.password : given.password,
      userType: typeOf(given.userType) ?? before.userType,
      userStatus: statusOf(given.userStatus) ?? before.userStatus,
    };
    this.change(() => this.users.set(username, after));
  }

  /** The rules go with the user. */
  deleteUser(username: string): void {
    this.change(() => {
      this.users.delete(username);
      this.acls.delete(username);
    });
  }

  acl(username: string): AclInfo | undefined {
    return this.acls.get(username);
  }

  /** The rules of a subject such as User:name; throws AuthRefusal when there is no such user. */
  aclOf(subject: string | undefined): AclInfo | undefined {
    const username = nameOf(subject);
    if (!this.users.has(username)) throw new AuthRefusal("The subject is not exist.");
    return this.acls.get(username);
  }

  listAcls(subjectFilter = "", resourceFilter = ""): AclInfo[] {
    return [...this.acls.values()]
      .filter(({ subject }) => subject?.includes(subjectFilter))
      .map(({ subject, policies }) => ({ subject, policies: filtered(policies, resourceFilter) }))
      .filter(({ policies }) => policies.length > 0);
  }

  /** Creates and updates are the same upstream: entries for resources that have one take its place. */
  putAcl(subject: string | undefined, policies: readonly PolicyInfo[]): void {
    const username = nameOf(subject);
    const given = checkedPolicies(policies);
    if (!this.users.has(username)) {
      throw new AuthRefusal(`The subject of User:${username} is not exist.`);
    }
    const before = this.acls.get(username)?.policies ?? [];
    const merged = mergedPolicies(before, given);
    this.change(() => this.acls.set(username, { subject: `User:${username}`, policies: merged }));
  }

  /** Without a resource all rules of the subject go. */
  deleteAcl(subject: string | undefined, policyType?: string, resource?: string): void {
    const username = nameOf(subject);
    const acl = this.aclOf(subject);
    if (acl === undefined) throw new AuthRefusal("The acl is not exist.");
    const pattern = isBlank(resource) ? undefined : parseResource(resource);
    const policies =
      pattern === undefined
        ? []
        : policiesWithout(acl.policies, {
            policyType: policyType?.toLowerCase() === "default" ? "Default" : "Custom",
            resource: resourceText(pattern),
          });
    if (pattern === undefined && !isBlank(resource)) throw new AuthRefusal("The resource is null.");
    this.change(() => {
      if (policies.length === 0) this.acls.delete(username);
      else this.acls.set(username, { ...acl, policies });
    });
  }

  /** Resolves when every change is on the disk, rejects when it cannot be brought there; undefined when it is. */
  saved(): Promise<void> | undefined {
    return this.storage.saved(() => this.text());
  }

  /** What cannot be written has not been: whoever asked for it is told so. */
  private change(run: () => void): void {
    const [users, acls] = [this.users, this.acls];
    this.users = new Map(users);
    this.acls = new Map(acls);
    try {
      run();
      this.storage.save(this.text());
    } catch (error) {
      this.users = users;
      this.acls = acls;
      throw error;
    }
  }

  private text(): string {
    const tables: Tables = { users: [...this.users.values()], acls: [...this.acls.values()] };
    return JSON.stringify(tables, undefined, 2);
  }
}

function decodeTables(text: string): Tables {
  const read = JSON.parse(text) as { users?: unknown; acls?: unknown } | null;
  const part = (value: unknown): string => JSON.stringify(value ?? []);
  const users = userInfoList.decode(Buffer.from(part(read?.users))).map((user): User => {
    const { username, password } = user;
    if (isBlank(username) || isBlank(password)) throw new CorruptError("a user without a name");
    return {
      username,
      password,
      userType: typeOf(user.userType) ?? "Normal",
      userStatus: statusOf(user.userStatus) ?? "disable",
    };
  });
  return { users, acls: aclInfoList.decode(Buffer.from(part(read?.acls))) };
}

function filtered(policies: readonly PolicyInfo[], resourceFilter: string): PolicyInfo[] {
  return policies
    .map(({ policyType, entries }) => ({
      policyType,
      entries: entries.filter(({ resource }) => resource?.includes(resourceFilter)),
    }))
    .filter(({ entries }) => entries.length > 0);
}

function nameOf(subject: string | undefined): string {
  if (isBlank(subject)) throw new AuthRefusal("The subject is null.");
  const name = USER_SUBJECT.exec(subject)?.[1];
  if (name === undefined) throw new AuthRefusal("The subject type is null.");
  return name;
}

function isBlank(text: string | undefined): text is undefined | "" {
  return text === undefined || text.trim() === "";
}

function typeOf(text: string | undefined): User["userType"] | undefined {
  if (text?.toLowerCase() === "super") return "Super";
  return text?.toLowerCase() === "normal" ? "Normal" : undefined;
}

function statusOf(text: string | undefined): User["userStatus"] | undefined {
  if (text?.toLowerCase() === "enable") return "enable";
  return text?.toLowerCase() === "disable" ? "disable" : undefined;
}
