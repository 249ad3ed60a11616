import type { TopicRouteData } from "../../engine/protocol/bodies/topic-route-data.js";
import { getAllTopicListFromNameserver } from "../../engine/protocol/requests/get-all-topic-list-from-nameserver.js";
import { getRouteinfoByTopic } from "../../engine/protocol/requests/get-routeinfo-by-topic.js";
import { getTopicStatsInfo } from "../../engine/protocol/requests/get-topic-stats-info.js";
import { queryTopicConsumeByWho } from "../../engine/protocol/requests/query-topic-consume-by-who.js";
import { ResponseCode } from "../../engine/protocol/response-codes.js";
import type { Admin } from "./admin.js";
import { addressToAsk, clusterInfo, type ClusterInfo } from "./clusters.js";
import { CodeError, RefusedError } from "./explain.js";
import { textHashOrder } from "./java-order.js";
import { inParallel, itemsOf, streamParallel } from "./parallel.js";
import { compareQueues, compareTexts } from "./queues.js";

export type { TopicRouteData };

export const RETRY_PREFIX = "%RETRY%";
export const DLQ_PREFIX = "%DLQ%";

/** One queue's bounds. `lastUpdated` is the time (ms) its newest message was stored, 0 when it is empty. */
export interface QueueStatus {
  topic: string;
  brokerName: string;
  queueId: number;
  minOffset: number;
  maxOffset: number;
  lastUpdated: number;
}

/** Names of all topics, sorted. */
export async function topicNames(admin: Admin): Promise<string[]> {
  const answer = await admin.namesrv(getAllTopicListFromNameserver, {});
  return [...answer.content().topicList].sort();
}

/** Where a topic lives. RefusedError with code 17 (not found) when nowhere. */
export async function topicRoute(admin: Admin, topic: string): Promise<TopicRouteData> {
  const answer = await admin.namesrv(getRouteinfoByTopic, { topic, acceptStandardJsonOnly: true });
  return answer.content();
}

/** As `topicRoute`, undefined when the topic is nowhere. */
export async function findTopicRoute(
  admin: Admin,
  topic: string,
): Promise<TopicRouteData | undefined> {
  try {
    return await topicRoute(admin, topic);
  } catch (thrown) {
    if (thrown instanceof RefusedError && thrown.code === ResponseCode.TOPIC_NOT_EXIST)
      return undefined;
    throw thrown;
  }
}

/** Addresses to ask about a topic, one per broker of its route. */
export function routeAddresses(route: TopicRouteData): string[] {
  return route.brokerDatas.map(addressToAsk).filter((address) => address !== undefined);
}

/** Addresses of the masters of a route. */
export function routeMasters(route: TopicRouteData): string[] {
  return route.brokerDatas
    .map((broker) => broker.brokerAddrs.get(0))
    .filter((address) => address !== undefined);
}

/**
 * Bounds of every queue of a topic, sorted, and its put rate (messages per second) over all brokers.
 * A static topic has its logical queues beside those behind them. `routeTopic` finds the brokers in place of the topic itself: a cluster's name, or the parent of a light topic.
 */
export async function topicStatus(
  admin: Admin,
  topic: string,
  routeTopic = topic,
): Promise<{ queues: QueueStatus[]; putTps: number }> {
  const route = await topicRoute(admin, routeTopic);
  const answers = await inParallel(routeAddresses(route), async (address) => ({
    address,
    stats: (await admin.broker(address, getTopicStatsInfo, { topic })).content(),
  }));
  const queues = answers
    .flatMap(({ stats }) => stats.offsetTable)
    .map(({ queue, value }) => ({
      ...queue,
      minOffset: value.minOffset,
      maxOffset: value.maxOffset,
      lastUpdated: value.lastUpdateTimestamp,
    }));
  if ((route.topicQueueMappingByBroker?.size ?? 0) > 0) {
    const { logicalStatus } = await import("./static-topic-status.js");
    queues.push(...(await logicalStatus(admin, topic, answers)));
  }
  if (queues.length === 0) {
    throw new CodeError(ResponseCode.SYSTEM_ERROR, "Not found the topic stats info", {
      kind: "not-found",
      hint: `topic ${topic} has no queue on the brokers asked`,
    });
  }
  return {
    queues: queues.sort(compareQueues),
    putTps: answers.reduce((sum, { stats }) => sum + stats.topicPutTps, 0),
  };
}

/** Groups that consume a topic: those online and those with offsets, in upstream's order. */
export async function topicGroups(
  admin: Admin,
  route: TopicRouteData,
  topic: string,
): Promise<string[]> {
  const [address] = routeAddresses(route);
  if (address === undefined) return [];
  const answer = await admin.broker(address, queryTopicConsumeByWho, { topic });
  return textHashOrder(answer.content().groupList);
}

/** A topic and one of the groups that consume it. */
export interface TopicGroup {
  topic: string;
  cluster?: string;
  group?: string | undefined;
}

/**
 * Every topic but the retry and dead-letter ones with its cluster, once per consuming group. A topic that cannot be
 * asked about goes to `failed` and has a row without cluster and group.
 */
export async function listTopicGroups(
  admin: Admin,
  failed: (thrown: unknown) => void,
): Promise<AsyncIterable<TopicGroup>> {
  const [info, names] = await Promise.all([clusterInfo(admin), topicNames(admin)]);
  const topics = names.filter(
    (topic) => !topic.startsWith(RETRY_PREFIX) && !topic.startsWith(DLQ_PREFIX),
  );
  const rows = streamParallel(topics, async (topic): Promise<TopicGroup[]> => {
    try {
      const route = await topicRoute(admin, topic);
      const cluster = clusterOf(info, route);
      const groups = await topicGroups(admin, route, topic);
      return groups.length === 0
        ? [{ topic, cluster }]
        : groups.map((group) => ({ topic, cluster, group }));
    } catch (thrown) {
      failed(thrown);
      return [{ topic, cluster: "" }];
    }
  });
  return itemsOf(rows);
}

/** The clusters that a topic has brokers in, sorted. */
export async function topicClusters(admin: Admin, topic: string): Promise<string[]> {
  const { brokerDatas } = await topicRoute(admin, topic);
  return [...new Set(brokerDatas.map((broker) => broker.cluster))].sort(compareTexts);
}

function clusterOf({ clusterAddrTable }: ClusterInfo, route: TopicRouteData): string {
  const brokerName = route.brokerDatas[0]?.brokerName ?? "";
  return [...clusterAddrTable].find(([, names]) => names.includes(brokerName))?.[0] ?? "";
}

/** One broker of a route. */
export interface RouteRow {
  cluster: string;
  brokerName: string;
  /** By broker id. */
  addresses: ReadonlyMap<number, string>;
  readQueueNums: number;
  writeQueueNums: number;
  perm: number;
}

/** A route broker by broker, sorted. A broker without queues has 0 of them. */
export function routeRows(route: TopicRouteData): RouteRow[] {
  const queues = new Map(route.queueDatas.map((data) => [data.brokerName, data]));
  return [...route.brokerDatas]
    .sort((a, b) => compareTexts(a.brokerName, b.brokerName))
    .map(({ cluster, brokerName, brokerAddrs }) => ({
      cluster,
      brokerName,
      addresses: new Map([...brokerAddrs].sort(([a], [b]) => a - b)),
      readQueueNums: queues.get(brokerName)?.readQueueNums ?? 0,
      writeQueueNums: queues.get(brokerName)?.writeQueueNums ?? 0,
      perm: queues.get(brokerName)?.perm ?? 0,
    }));
}
