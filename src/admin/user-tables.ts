/** Topics and groups that users made. Upstream: getUserTopicConfig, getUserSubscriptionGroup. */
import type { SubscriptionGroupConfig } from "../../engine/protocol/bodies/subscription-group-config.js";
import type { TopicConfig } from "../../engine/protocol/bodies/topic-config.js";
import { getSystemTopicListFromBroker } from "../../engine/protocol/requests/get-system-topic-list-from-broker.js";
import {
  DLQ_PREFIX,
  isSystemTopic,
  RETRY_PREFIX,
  SYSTEM_GROUP_PREFIX,
} from "../../engine/message/topic-names.js";
import type { Admin } from "./admin.js";
import { allGroups, allTopics, type BrokerTable, type ForbiddenTable } from "./broker-tables.js";

const HIGHEST_PERM = 7;

/** Upstream: MixAll.PREDEFINE_GROUP_SET. */
const PREDEFINED_GROUPS: ReadonlySet<string> = new Set([
  "DEFAULT_CONSUMER",
  "DEFAULT_PRODUCER",
  "TOOLS_CONSUMER",
  "SCHEDULE_CONSUMER",
  "FILTERSRV_CONSUMER",
  "__MONITOR_CONSUMER",
  "CLIENT_INNER_PRODUCER",
  "SELF_TEST_P_GROUP",
  "SELF_TEST_C_GROUP",
  "CID_ONS-HTTP-PROXY",
  "CID_ONSAPI_PERMISSION",
  "CID_ONSAPI_OWNER",
  "CID_ONSAPI_PULL",
]);

/** Sorted by name; retry and dead-letter topics only when they are asked for. */
export async function userTopics(
  admin: Admin,
  address: string,
  { withSpecial }: { readonly withSpecial: boolean },
): Promise<BrokerTable<TopicConfig>> {
  const [{ dataVersion, table }, system] = await Promise.all([
    allTopics(admin, address),
    admin.broker(address, getSystemTopicListFromBroker, {}),
  ]);
  const ofBroker = new Set(system.content().topicList);
  const isUsers = (topic: string, { perm }: TopicConfig): boolean => {
    if (ofBroker.has(topic) || isSystemTopic(topic)) return false;
    const isSpecial = topic.startsWith(RETRY_PREFIX) || topic.startsWith(DLQ_PREFIX);
    return (withSpecial || !isSpecial) && perm >= 0 && perm <= HIGHEST_PERM;
  };
  return { dataVersion, table: sorted(table, isUsers) };
}

/** Sorted by name. */
export async function userGroups(
  admin: Admin,
  address: string,
): Promise<BrokerTable<SubscriptionGroupConfig> & { readonly forbiddenTable: ForbiddenTable }> {
  const { table, ...others } = await allGroups(admin, address);
  const isUsers = (group: string): boolean =>
    !group.startsWith(SYSTEM_GROUP_PREFIX) && !PREDEFINED_GROUPS.has(group);
  return { ...others, table: sorted(table, isUsers) };
}

function sorted<T>(
  table: ReadonlyMap<string, T>,
  isWanted: (name: string, config: T) => boolean,
): Map<string, T> {
  const wanted = [...table].filter(([name, config]) => isWanted(name, config));
  return new Map(wanted.sort(([a], [b]) => (a < b ? -1 : 1)));
}
