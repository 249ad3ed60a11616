import { readFile } from "node:fs/promises";
import { RocketmqError, messageOf } from "../../engine/base/errors.js";
import { parseFastjson } from "../../engine/protocol/fastjson.js";
import {
  type SubscriptionGroupConfig,
  subscriptionGroupList,
} from "../../engine/protocol/bodies/subscription-group-config.js";
import { updateAndCreateSubscriptiongroupList } from "../../engine/protocol/requests/update-and-create-subscriptiongroup-list.js";
import type { Admin } from "./admin.js";
import { change, type State } from "./change.js";
import { groupsOfBroker, stateOf, wantedGroup } from "./groups.js";
import { PlainTextError } from "./plain-text-error.js";

/**
 * Groups of a JSON file, an array of SubscriptionGroupConfig. What a group leaves out is as in upstream's class: from
 * the minimum offset and broadcasting are allowed there, which updateSubGroup does not do by itself.
 */
export async function groupsOfFile(path: string): Promise<SubscriptionGroupConfig[]> {
  const json = await readFile(path, "utf8").catch((thrown: unknown) => {
    if ((thrown as NodeJS.ErrnoException).code !== "ENOENT") throw unreadable(path, thrown);
    throw new PlainTextError(`the file path ${path} does not exists\n`, {
      kind: "not-found",
      message: `there is no file ${path}`,
    });
  });
  let groups: SubscriptionGroupConfig[];
  try {
    const list = `{"groupConfigList":${json}}`;
    groups = subscriptionGroupList.shape.read(parseFastjson(list), path).groupConfigList;
  } catch (thrown) {
    throw unreadable(path, thrown);
  }
  const nameless = groups.findIndex(({ groupName }) => groupName.trim() === "");
  if (nameless < 0) return groups;
  throw new RocketmqError(`${path}: group ${nameless + 1} has no groupName`, { kind: "usage" });
}

/** Creates groups at one broker or overwrites their settings, all in one request; none needs no request. */
export async function saveGroups(
  admin: Admin,
  address: string,
  groups: readonly SubscriptionGroupConfig[],
): Promise<void> {
  if (groups.length === 0) return;
  const wanted = groups.map((group) => [group.groupName, wantedGroup(group)] as const);
  await change(admin, address, updateAndCreateSubscriptiongroupList, {
    header: {},
    options: { content: { groupConfigList: [...groups] } },
    read: () => statesOf(admin, address, groups),
    wanted: Object.fromEntries(wanted),
  });
}

/** Each group with what is wanted of it, so that both compare; null for one that is not there. */
async function statesOf(
  admin: Admin,
  address: string,
  groups: readonly SubscriptionGroupConfig[],
): Promise<State> {
  const all = await groupsOfBroker(admin, address);
  const states = groups.map((group) => {
    const found = stateOf(all.get(group.groupName));
    const keys = Object.keys(wantedGroup(group) ?? {});
    const compared = found && Object.fromEntries(keys.map((key) => [key, found[key]]));
    return [group.groupName, compared] as const;
  });
  return Object.fromEntries(states);
}

function unreadable(path: string, cause: unknown): RocketmqError {
  return new RocketmqError(`${path} cannot be read: ${messageOf(cause)}`, {
    kind: "usage",
    hint: 'an array such as [{"groupName":"pay-worker","retryMaxTimes":4}]',
    cause,
  });
}
