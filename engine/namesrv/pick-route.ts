/** The route of a topic. Upstream: RouteInfoManager.pickupTopicRouteData, ZoneRouteRPCHook (spec: behaviour 1.7). */
import type { BrokerData } from "../protocol/bodies/broker-data.js";
import type { TopicRouteData } from "../protocol/bodies/topic-route-data.js";
import { MASTER_ID, minIdOf, PERM_WRITE, type RouteInfo } from "./route-info.js";

/** Names under which brokers ask for the members of their own group: these must see who is really there. */
const SYNC_BROKER_MEMBER_PREFIX = "rmq_sys_SYNC_BROKER_MEMBER_";

/** A copy that the caller may change; undefined unless queues and at least one of their brokers are known. */
export function pickRoute(
  route: RouteInfo,
  topic: string,
  options: { supportActingMaster: boolean },
): TopicRouteData | undefined {
  const queues = route.topics.get(topic);
  if (queues === undefined) return undefined;
  const brokerDatas: BrokerData[] = [];
  const filterServerTable = new Map<string, string[]>();
  for (const brokerName of queues.keys()) {
    const data = route.brokers.get(brokerName);
    if (data === undefined) continue;
    brokerDatas.push({ ...data, brokerAddrs: new Map(data.brokerAddrs) });
    for (const address of data.brokerAddrs.values()) {
      const servers = route.filterServers.get(address);
      if (servers !== undefined) filterServerTable.set(address, servers);
    }
  }
  if (brokerDatas.length === 0) return undefined;
  const queueDatas = [...queues.values()].map((queue) => ({ ...queue }));
  const found: TopicRouteData = { brokerDatas, filterServerTable, queueDatas };
  const mappings = route.mappings.get(topic);
  if (mappings !== undefined) found.topicQueueMappingByBroker = mappings;
  if (options.supportActingMaster && !topic.startsWith(SYNC_BROKER_MEMBER_PREFIX))
    presentActingMasters(found);
  return found;
}

/** Shows the slave with the lowest id as master where the master is gone and the queues are read-only already. */
function presentActingMasters({ brokerDatas, queueDatas }: TopicRouteData): void {
  for (const { brokerName, brokerAddrs, enableActingMaster } of brokerDatas) {
    const id = minIdOf(brokerAddrs);
    if (id === undefined || id === MASTER_ID || !enableActingMaster) continue;
    const queue = queueDatas.find((one) => one.brokerName === brokerName);
    if (queue === undefined || (queue.perm & PERM_WRITE) !== 0) continue;
    brokerAddrs.set(MASTER_ID, brokerAddrs.get(id) as string);
    brokerAddrs.delete(id);
  }
}

/** Only brokers of one zone, and those whose master is gone: from these there is nothing but reading left. */
export function routeOfZone(found: TopicRouteData, zone: string): TopicRouteData {
  const wanted = zone.toLowerCase();
  const isKept = (data: BrokerData): boolean =>
    !data.brokerAddrs.has(MASTER_ID) || data.zoneName?.toLowerCase() === wanted;
  const removed = found.brokerDatas.filter((data) => !isKept(data));
  const names = new Set(removed.map(({ brokerName }) => brokerName));
  const addresses = new Set(removed.flatMap(({ brokerAddrs }) => [...brokerAddrs.values()]));
  return {
    ...found,
    brokerDatas: found.brokerDatas.filter(isKept),
    queueDatas: found.queueDatas.filter(({ brokerName }) => !names.has(brokerName)),
    filterServerTable: new Map(
      [...found.filterServerTable].filter(([address]) => !addresses.has(address)),
    ),
  };
}
