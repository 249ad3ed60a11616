/** Upstream: AuthConfig; upstream shows these keys only when they were set. */
import { boolean, int, optionalText } from "./key.js";

export const authKeys = {
  configName: optionalText("inert", "Name of this configuration among those of one process."),
  clusterName: optionalText("inert", "Cluster that users and rules belong to."),
  authConfigPath: optionalText("start", "Folder of users and rules."),
  authenticationEnabled: boolean(false, "start", "Ask clients who they are."),
  authenticationProvider: optionalText("start", "Class that checks who clients are."),
  authenticationMetadataProvider: optionalText("start", "Class that keeps users."),
  authenticationStrategy: optionalText("start", "Class that decides when clients are checked."),
  authenticationWhitelist: optionalText("start", "Requests that need no user."),
  initAuthenticationUser: optionalText("start", "First user, as JSON with username and password."),
  innerClientAuthenticationCredentials: optionalText(
    "start",
    "Credentials of the broker's own client, as JSON.",
  ),
  authorizationEnabled: boolean(false, "start", "Check what clients may do."),
  authorizationProvider: optionalText("start", "Class that checks what clients may do."),
  authorizationMetadataProvider: optionalText("start", "Class that keeps rules."),
  authorizationStrategy: optionalText("start", "Class that decides when rules are checked."),
  authorizationWhitelist: optionalText("start", "Requests that need no rule."),
  migrateAuthFromV1Enabled: boolean(false, "inert", "Take users and rules of plain_acl.yml over."),
  userCacheMaxNum: int(1000, "inert", "Users kept in memory."),
  userCacheExpiredSecond: int(600, "inert", "Seconds a user stays in memory."),
  userCacheRefreshSecond: int(60, "inert", "Seconds after which a user is read again."),
  aclCacheMaxNum: int(1000, "inert", "Rules kept in memory."),
  aclCacheExpiredSecond: int(600, "inert", "Seconds a rule stays in memory."),
  aclCacheRefreshSecond: int(60, "inert", "Seconds after which a rule is read again."),
  statefulAuthenticationCacheMaxNum: int(10000, "inert", "Connections whose user is remembered."),
  statefulAuthenticationCacheExpiredSecond: int(
    60,
    "inert",
    "Seconds a connection's user is remembered.",
  ),
  statefulAuthorizationCacheMaxNum: int(10000, "inert", "Connections whose rights are remembered."),
  statefulAuthorizationCacheExpiredSecond: int(
    60,
    "inert",
    "Seconds a connection's rights are remembered.",
  ),
};
