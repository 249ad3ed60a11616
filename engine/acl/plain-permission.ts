/** What an account of plain_acl.yml may do. Upstream: Permission, PlainPermissionChecker. */
import { RocketmqError } from "../base/errors.js";

const DENY = 1;
const PUB = 4;
const SUB = 8;

export type Need = typeof PUB | typeof SUB;
export const NEED_PUB: Need = PUB;
export const NEED_SUB: Need = SUB;

const RETRY_PREFIX = "%RETRY%";

/** A topic, or a group under the name of its retry topic, and what of it is needed. */
export interface Needed {
  resource: string;
  need: Need;
}

export interface Rights {
  isAdmin: boolean;
  defaultTopic: number;
  defaultGroup: number;
  /** Topic, or retry topic of a group → bits. */
  resources: ReadonlyMap<string, number>;
}

/** A group is known by the name of its retry topic. */
export function groupResource(group: string): string {
  return group.startsWith(RETRY_PREFIX) ? group : RETRY_PREFIX + group;
}

export function isGroupResource(resource: string): boolean {
  return resource.startsWith(RETRY_PREFIX);
}

/** Any other text denies, as upstream has it. */
export function permissionOf(text: string | undefined): number {
  switch (text?.trim()) {
    case "PUB":
      return PUB;
    case "SUB":
      return SUB;
    case "PUB|SUB":
    case "SUB|PUB":
      return PUB | SUB;
    default:
      return DENY;
  }
}

/** Reads "name=PERM" entries into `into`; throws kind "usage" when one is of another form. */
export function readPermissions(
  entries: readonly string[],
  into: Map<string, number>,
  resourceOf: (name: string) => string,
): void {
  for (const entry of entries) {
    const [name = "", permission, ...more] = entry.split("=");
    if (name.trim() === "" || permission === undefined || more.length > 0) {
      throw new RocketmqError(`${JSON.stringify(entry)} is not name=PERM`, { kind: "usage" });
    }
    into.set(resourceOf(name.trim()), permissionOf(permission));
  }
}

/** Why it is refused; undefined when it is not. */
export function refusalOf(rights: Rights, needed: readonly Needed[]): string | undefined {
  if (rights.isAdmin) return undefined;
  for (const { resource, need } of needed) {
    const isGroup = isGroupResource(resource);
    const listed = rights.resources.get(resource);
    const bits = listed ?? (isGroup ? rights.defaultGroup : rights.defaultTopic);
    if ((bits & DENY) === 0 && (bits & need) !== 0) continue;
    const shown = isGroup ? `group:${resource.slice(RETRY_PREFIX.length)}` : `topic:${resource}`;
    return `${listed === undefined ? "No default permission" : "No permission"} for ${shown}`;
  }
  return undefined;
}
