/** Consumer groups are shown, created, changed and deleted. Upstream: AdminBrokerProcessor.updateAndCreateSubscriptionGroup and its neighbours. */
import { groupProblem } from "../../../message/topic-names.js";
import type { SubscriptionGroupConfig } from "../../../protocol/bodies/subscription-group-config.js";
import { deleteSubscriptiongroup } from "../../../protocol/requests/delete-subscriptiongroup.js";
import { getAllSubscriptiongroupConfig } from "../../../protocol/requests/get-all-subscriptiongroup-config.js";
import { getSubscriptiongroupConfig } from "../../../protocol/requests/get-subscriptiongroup-config.js";
import { updateAndCreateSubscriptiongroup } from "../../../protocol/requests/update-and-create-subscriptiongroup.js";
import { updateAndCreateSubscriptiongroupList } from "../../../protocol/requests/update-and-create-subscriptiongroup-list.js";
import { updateAndGetGroupForbidden } from "../../../protocol/requests/update-and-get-group-forbidden.js";
import { ResponseCode } from "../../../protocol/response-codes.js";
import type { Dispatcher } from "../../../remoting/api.js";
import type { BrokerContext } from "../../broker-context.js";
import { onceSaved } from "../once-saved.js";
import { alterAttributes, groupAttributes } from "./attributes.js";
import type { PlainReply } from "./plain-reply.js";

export function registerGroups(dispatcher: Dispatcher, context: BrokerContext): void {
  const { groups } = context;
  const changes = onceSaved(dispatcher, groups);
  changes.register(updateAndCreateSubscriptiongroup, (exchange) =>
    exchange.body.length === 0 ? {} : changeGroups(context, [exchange.content()]),
  );
  changes.register(updateAndCreateSubscriptiongroupList, (exchange) =>
    changeGroups(context, exchange.content().groupConfigList),
  );
  dispatcher.register(getAllSubscriptiongroupConfig, () => ({
    content: {
      dataVersion: groups.dataVersion,
      forbiddenTable: new Map(
        [...groups.forbiddenTable()].map(([group, bits]) => [group, new Map(bits)]),
      ),
      subscriptionGroupTable: new Map(groups.all()),
    },
  }));
  dispatcher.register(getSubscriptiongroupConfig, ({ header }) => {
    const content = groups.find(header.group);
    if (content !== undefined) return { content };
    return { code: ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST, remark: "No group in this broker" };
  });
  changes.register(deleteSubscriptiongroup, ({ header }) => deleteGroup(context, header));
  changes.register(updateAndGetGroupForbidden, ({ header: { group, topic, readable } }) => {
    if (readable !== undefined) groups.setReadForbidden(group, topic, !readable);
    return {
      remark: "",
      content: { group, topic, readable: !groups.isReadForbidden(group, topic) },
    };
  });
}

function changeGroups(
  { groups, release }: BrokerContext,
  asked: readonly SubscriptionGroupConfig[],
): PlainReply {
  for (const { groupName } of asked) {
    const problem = groupProblem(groupName);
    if (problem !== undefined) return { code: release.wrongParameter, remark: problem };
  }
  const changed = asked.map((config) => ({
    ...config,
    attributes: alterAttributes(
      groupAttributes,
      groups.get(config.groupName)?.attributes,
      config.attributes,
    ),
  }));
  if (changed.length > 0) groups.putAll(changed);
  return {};
}

/** A group that is unknown is deleted with success. */
function deleteGroup(
  { config, groups, offsets, stats }: BrokerContext,
  asked: { groupName: string; cleanOffset?: boolean | undefined },
): PlainReply {
  groups.delete(asked.groupName);
  if (asked.cleanOffset === true) offsets.removeGroup(asked.groupName);
  if (config.autoDeleteUnusedStats) stats.groupDeleted(asked.groupName);
  return {};
}
