/**
 * What an administration command needs besides `client.remoting.call(address, definition, header)`: which brokers
 * there are and which to ask. Upstream: MQAdminImpl, DefaultMQAdminExtImpl, CommandUtil.
 */
import { RocketmqError } from "../base/errors.js";
import type { BrokerData } from "../protocol/bodies/broker-data.js";
import type { ClusterInfo } from "../protocol/bodies/cluster-info.js";
import type { TopicRouteData } from "../protocol/bodies/topic-route-data.js";
import { getBrokerClusterInfo } from "../protocol/requests/get-broker-cluster-info.js";
import { getRouteinfoByTopic } from "../protocol/requests/get-routeinfo-by-topic.js";
import type { Client } from "./client.js";

/** One replica of a broker. */
export interface BrokerReplica {
  cluster: string;
  brokerName: string;
  /** 0 is the master. */
  brokerId: number;
  address: string;
}

/** Route of a topic, asked now. Rejects with ResponseError code 17 (kind not-found) when there is none. */
export async function route(client: Client, topic: string): Promise<TopicRouteData> {
  const answer = await client.namesrv.call(getRouteinfoByTopic, {
    topic,
    acceptStandardJsonOnly: true,
  });
  return answer.content();
}

/** All clusters and brokers that the name server knows. */
export async function clusterInfo(client: Client): Promise<ClusterInfo> {
  return (await client.namesrv.call(getBrokerClusterInfo, {})).content();
}

/** Every replica of every broker, of one cluster when it is named (not-found when nobody has that name). */
export async function brokers(client: Client, cluster?: string): Promise<BrokerReplica[]> {
  return replicasOf(await clusterInfo(client), cluster);
}

/** Masters only. */
export async function masters(client: Client, cluster?: string): Promise<BrokerReplica[]> {
  return (await brokers(client, cluster)).filter((one) => one.brokerId === 0);
}

/** The broker with this name; not-found when the name server does not list it. */
export async function brokerNamed(client: Client, brokerName: string): Promise<BrokerData> {
  const broker = (await clusterInfo(client)).brokerAddrTable.get(brokerName);
  if (broker !== undefined) return broker;
  throw new RocketmqError(`no broker is named ${brokerName}`, {
    kind: "not-found",
    hint: "clusterList shows the brokers that the name server knows",
  });
}

/** Which broker name and id an address belongs to; undefined when the name server does not list it. */
export async function brokerAt(
  client: Client,
  address: string,
): Promise<BrokerReplica | undefined> {
  return (await brokers(client)).find((one) => one.address === address);
}

/** The replica of each broker of a route to ask about it: the master, else any. */
export function addressesOf(routeData: TopicRouteData): string[] {
  return routeData.brokerDatas.map(pickAddress).filter((one) => one !== undefined);
}

/** The master's address, else that of any replica. Upstream: BrokerData.selectBrokerAddr. */
export function pickAddress(broker: BrokerData): string | undefined {
  return broker.brokerAddrs.get(0) ?? [...broker.brokerAddrs.values()][0];
}

/** Pure part of {@link brokers}. */
export function replicasOf(info: ClusterInfo, cluster?: string): BrokerReplica[] {
  const names = cluster === undefined ? undefined : info.clusterAddrTable.get(cluster);
  if (cluster !== undefined && names === undefined) {
    throw new RocketmqError(
      `[error] Make sure the specified clusterName exists or the name server which connected to is correct.`,
      {
        kind: "not-found",
        hint: `the name server knows no cluster ${cluster}`,
      },
    );
  }
  const wanted = names && new Set(names);
  return [...info.brokerAddrTable]
    .filter(([brokerName]) => wanted?.has(brokerName) ?? true)
    .flatMap(([brokerName, broker]) =>
      [...broker.brokerAddrs].map(([brokerId, address]) => ({
        cluster: broker.cluster,
        brokerName,
        brokerId,
        address,
      })),
    );
}

/** Runs over all items, at most `width` at a time, in order of the items. */
export async function inParallel<T, R>(
  items: readonly T[],
  run: (item: T) => Promise<R>,
  width = 8,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      results[index] = await run(items[index] as T);
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
  return results;
}
