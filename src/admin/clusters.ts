import { RocketmqError } from "../../engine/base/errors.js";
import type { BrokerData } from "../../engine/protocol/bodies/broker-data.js";
import type { ClusterInfo } from "../../engine/protocol/bodies/cluster-info.js";
import { getBrokerClusterInfo } from "../../engine/protocol/requests/get-broker-cluster-info.js";
import type { Admin } from "./admin.js";
import { PlainTextError } from "./plain-text-error.js";

export type { BrokerData, ClusterInfo };

/** Id of the master among the replicas of a broker. */
export const MASTER_ID = 0;

/** One address of a broker. */
export interface Replica {
  cluster: string;
  brokerName: string;
  brokerId: number;
  address: string;
}

/** All clusters and brokers that the name server knows. */
export async function clusterInfo(admin: Admin): Promise<ClusterInfo> {
  return (await admin.namesrv(getBrokerClusterInfo, {})).content();
}

/** Every address of every broker, by cluster, broker name and id. */
export function replicasOf(info: ClusterInfo, cluster?: string): Replica[] {
  const clusters = cluster === undefined ? [...info.clusterAddrTable.keys()].sort() : [cluster];
  return clusters.flatMap((name) =>
    [...(info.clusterAddrTable.get(name) ?? [])].sort().flatMap((brokerName) => {
      const addresses =
        info.brokerAddrTable.get(brokerName)?.brokerAddrs ?? new Map<number, string>();
      return [...addresses]
        .sort(([a], [b]) => a - b)
        .map(([brokerId, address]) => ({ cluster: name, brokerName, brokerId, address }));
    }),
  );
}

/** Every address of a cluster's brokers. Throws when the name server does not know the cluster. */
export async function clusterReplicas(admin: Admin, cluster: string): Promise<Replica[]> {
  const info = await clusterInfo(admin);
  if (!info.clusterAddrTable.has(cluster)) throw unknownCluster(cluster);
  return replicasOf(info, cluster);
}

/** Every address of one broker. Throws when the name server does not know it. */
export async function replicasOfBroker(admin: Admin, brokerName: string): Promise<Replica[]> {
  const found = replicasOf(await clusterInfo(admin)).filter((one) => one.brokerName === brokerName);
  if (found.length > 0) return found;
  throw new RocketmqError(`the name server knows no broker ${brokerName}`, {
    kind: "not-found",
    hint: "mqadmin clusterList shows the brokers",
  });
}

/** The names of a cluster's brokers, sorted. Throws when the name server does not know the cluster. */
export async function brokerNamesOf(admin: Admin, cluster: string): Promise<string[]> {
  const names = (await clusterInfo(admin)).clusterAddrTable.get(cluster);
  if (names !== undefined && [...names].length > 0) return [...names].sort();
  throw new RocketmqError(
    `the name server knows no cluster ${cluster}. Make sure the specified clusterName exists or the name server connected to is correct.`,
    { kind: "not-found", hint: "mqadmin clusterList shows the clusters" },
  );
}

/** The masters of a cluster. Throws when the name server does not know the cluster. */
export async function clusterMasters(admin: Admin, cluster: string): Promise<Replica[]> {
  return (await clusterReplicas(admin, cluster)).filter((one) => one.brokerId === MASTER_ID);
}

/** Where a command works: one broker by address, or the masters of a cluster. */
export async function targets(
  admin: Admin,
  options: { brokerAddr: string | undefined; clusterName: string | undefined },
): Promise<string[]> {
  if (options.brokerAddr !== undefined) return [options.brokerAddr];
  const masters = await clusterMasters(admin, options.clusterName ?? "");
  return masters.map((one) => one.address);
}

/** Upstream: CommandUtil, which prints this text and goes on with no broker. */
export function unknownCluster(cluster: string, then = ""): PlainTextError {
  const text =
    "[error] Make sure the specified clusterName exists or the name server connected to is correct.";
  return new PlainTextError(text + then, {
    kind: "not-found",
    message: `the name server knows no cluster ${cluster}`,
    hint: "mqadmin clusterList shows the clusters",
  });
}

/** The address to ask about a broker: the master's, else that of any replica. Upstream: selectBrokerAddr. */
export function addressToAsk(broker: BrokerData): string | undefined {
  return broker.brokerAddrs.get(MASTER_ID) ?? [...broker.brokerAddrs.values()][0];
}
