import { jsonBody, type JsonBody } from "../json-body.js";
import { bean, list, optional, text } from "../shape.js";

/** A user of the 5.3 authentication; on update only what changes. Upstream: UserInfo. */
export interface UserInfo {
  password?: string | undefined;
  /** "enable" or "disable". */
  userStatus?: string | undefined;
  /** "Super" or "Normal". */
  userType?: string | undefined;
  username?: string | undefined;
}

/** Upstream: AclInfo.PolicyEntryInfo. */
export interface PolicyEntryInfo {
  actions: string[];
  /** "Allow" or "Deny". */
  decision?: string | undefined;
  /** E.g. "Topic:t", "Group:g*". */
  resource?: string | undefined;
  sourceIps: string[];
}

/** Upstream: AclInfo.PolicyInfo. */
export interface PolicyInfo {
  entries: PolicyEntryInfo[];
  /** "Custom" or "Default". */
  policyType?: string | undefined;
}

/** What a subject may do. Upstream: AclInfo. */
export interface AclInfo {
  policies: PolicyInfo[];
  /** E.g. "User:name". */
  subject?: string | undefined;
}

const user = bean<UserInfo>({
  password: optional(text),
  userStatus: optional(text),
  userType: optional(text),
  username: optional(text),
});

const texts = list(text);

const entry = bean<PolicyEntryInfo>({
  actions: texts,
  decision: optional(text),
  resource: optional(text),
  // any address: left out, tools of upstream's show that as null
  sourceIps: { ...texts, write: (ips) => (ips.length === 0 ? undefined : texts.write(ips)) },
});

const acl = bean<AclInfo>({
  policies: list(bean<PolicyInfo>({ entries: list(entry), policyType: optional(text) })),
  subject: optional(text),
});

export const userInfo: JsonBody<UserInfo> = jsonBody("UserInfo", user);
export const userInfoList: JsonBody<UserInfo[]> = jsonBody("UserInfoList", list(user));
export const aclInfo: JsonBody<AclInfo> = jsonBody("AclInfo", acl);
export const aclInfoList: JsonBody<AclInfo[]> = jsonBody("AclInfoList", list(acl));
