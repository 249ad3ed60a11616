/**
 * One file of accounts, plain_acl.yml or one below conf/acl. Upstream: PlainAccessData, PlainPermissionManager.load.
 *
 *     globalWhiteRemoteAddresses: [10.1.2.*]
 *     accounts:
 *       - accessKey: RocketMQ
 *         secretKey: 12345678
 *         whiteRemoteAddress: ""
 *         admin: false
 *         defaultTopicPerm: DENY
 *         defaultGroupPerm: SUB
 *         topicPerms: [topicA=DENY, topicB=PUB|SUB]
 *         groupPerms: [groupA=DENY]
 *     dataVersion: [{timestamp: 1600000000000, counter: 1}]
 */
import { RocketmqError } from "../base/errors.js";
import type { PlainAccessConfig } from "../protocol/bodies/cluster-acl-config.js";
import { type AddressTest, addressTest } from "./address-pattern.js";
import { groupResource, permissionOf, readPermissions, type Rights } from "./plain-permission.js";
import { readYaml, writeYaml } from "./yaml.js";

export interface FileVersion {
  timestamp: number;
  counter: number;
}

export interface PlainFile {
  globalWhiteAddresses: string[];
  accounts: PlainAccessConfig[];
  version: FileVersion;
}

/** An account ready to be asked. */
export interface Account extends Rights {
  accessKey: string;
  secretKey: string;
  isWhite: AddressTest;
}

/** Keys must be longer than this. */
const KEY_LENGTH = 6;

export const EMPTY_FILE: PlainFile = {
  globalWhiteAddresses: [],
  accounts: [],
  version: { timestamp: 0, counter: 0 },
};

/** Throws kind "usage" or whatever the YAML parser throws. */
export function parsePlainFile(text: string): PlainFile {
  const read = recordOf(readYaml(text) ?? {}, "the file");
  const [version] = listOf(read["dataVersion"]).map((one) => recordOf(one, "dataVersion"));
  return {
    globalWhiteAddresses: listOf(read["globalWhiteRemoteAddresses"]).map(String),
    accounts: listOf(read["accounts"]).map((one) => accountConfig(recordOf(one, "an account"))),
    version: {
      timestamp: Number(version?.["timestamp"] ?? 0),
      counter: Number(version?.["counter"] ?? 0),
    },
  };
}

/** The text of a file; what is not set is left out. */
export function formatPlainFile({ globalWhiteAddresses, accounts, version }: PlainFile): string {
  return writeYaml({
    globalWhiteRemoteAddresses: globalWhiteAddresses,
    accounts: accounts.map(({ topicPerms, groupPerms, ...account }) => ({
      ...account,
      ...(isFilled(topicPerms) && { topicPerms }),
      ...(isFilled(groupPerms) && { groupPerms }),
    })),
    dataVersion: [version],
  });
}

/** Throws kind "usage" when an account cannot be one. */
export function accountOf(config: PlainAccessConfig): Account {
  const { accessKey = "", secretKey = "" } = config;
  if (accessKey.length <= KEY_LENGTH || secretKey.length <= KEY_LENGTH) {
    throw new RocketmqError(
      `The accessKey=${accessKey} and secretKey of it cannot be null and length should longer than ${KEY_LENGTH}`,
      { kind: "usage" },
    );
  }
  const resources = new Map<string, number>();
  readPermissions(config.groupPerms ?? [], resources, groupResource);
  readPermissions(config.topicPerms ?? [], resources, (topic) => topic);
  return {
    accessKey,
    secretKey,
    isAdmin: config.admin,
    isWhite: addressTest(config.whiteRemoteAddress),
    defaultTopic: permissionOf(config.defaultTopicPerm),
    defaultGroup: permissionOf(config.defaultGroupPerm),
    resources,
  };
}

function accountConfig(read: Record<string, unknown>): PlainAccessConfig {
  const text = (name: string): string | undefined => textOf(read[name]);
  return {
    accessKey: text("accessKey"),
    secretKey: text("secretKey"),
    whiteRemoteAddress: text("whiteRemoteAddress"),
    admin: String(read["admin"]).toLowerCase() === "true",
    defaultTopicPerm: text("defaultTopicPerm"),
    defaultGroupPerm: text("defaultGroupPerm"),
    topicPerms: textsOf(read["topicPerms"]),
    groupPerms: textsOf(read["groupPerms"]),
  };
}

/** Keys of digits are numbers in YAML. */
function textOf(value: unknown): string | undefined {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return typeof value === "string" ? value : undefined;
}

function textsOf(value: unknown): string[] | undefined {
  return value === undefined || value === null ? undefined : listOf(value).map(String);
}

function isFilled(texts: readonly string[] | undefined): boolean {
  return texts !== undefined && texts.length > 0;
}

function listOf(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new RocketmqError("a list is expected", { kind: "usage" });
  return value as unknown[];
}

function recordOf(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new RocketmqError(`${what} is no mapping`, { kind: "usage" });
}
