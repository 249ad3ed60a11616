import { jsonBody, type JsonBody } from "../json-body.js";
import { bean, flag, list, optional, text } from "../shape.js";

/** One account of the 4.x access control. Upstream: PlainAccessConfig. */
export interface PlainAccessConfig {
  accessKey?: string | undefined;
  admin: boolean;
  defaultGroupPerm?: string | undefined;
  defaultTopicPerm?: string | undefined;
  groupPerms?: string[] | undefined;
  secretKey?: string | undefined;
  topicPerms?: string[] | undefined;
  whiteRemoteAddress?: string | undefined;
}

/** Upstream: AclConfig. */
export interface ClusterAclConfig {
  globalWhiteAddrs: string[];
  plainAccessConfigs: PlainAccessConfig[];
}

export const clusterAclConfig: JsonBody<ClusterAclConfig> = jsonBody(
  "ClusterAclConfig",
  bean<ClusterAclConfig>({
    globalWhiteAddrs: list(text),
    plainAccessConfigs: list(
      bean<PlainAccessConfig>({
        accessKey: optional(text),
        admin: flag,
        defaultGroupPerm: optional(text),
        defaultTopicPerm: optional(text),
        groupPerms: optional(list(text)),
        secretKey: optional(text),
        topicPerms: optional(list(text)),
        whiteRemoteAddress: optional(text),
      }),
    ),
  }),
);
