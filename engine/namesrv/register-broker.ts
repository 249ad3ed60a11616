/** The steps of a registration. Upstream: RouteInfoManager.registerBroker (spec: behaviour 1.5, whose numbers stand below). */
import type { BrokerData } from "../protocol/bodies/broker-data.js";
import type { DataVersion } from "../protocol/bodies/data-version.js";
import type { TopicConfig } from "../protocol/bodies/topic-config.js";
import type { TopicQueueMappingInfo } from "../protocol/bodies/topic-queue-mapping.js";
import type { TopicConfigSerializeWrapper } from "../protocol/bodies/topic-config-serialize-wrapper.js";
import type { Connection } from "../remoting/api.js";
import { DEFAULT_LEASE_MS, sameVersion } from "./broker-liveness.js";
import {
  type BrokerIdentity,
  MASTER_ID,
  minIdOf,
  PERM_WRITE,
  type RouteInfo,
} from "./route-info.js";

export interface Registration extends BrokerIdentity {
  haServerAddr: string;
  zoneName: string | undefined;
  /** Lease in milliseconds; undefined or 0 takes the default. */
  leaseMs: number | undefined;
  /** undefined: the broker is older than 5.0. */
  enableActingMaster: boolean | undefined;
  wrapper: TopicConfigSerializeWrapper;
  filterServerList: readonly string[];
  connection: Connection;
}

/** For a slave: where its master is. */
export interface RegisterResult {
  masterAddr?: string;
  haServerAddr?: string;
}

/** Enters a broker and its topics; undefined when it is refused. */
export function registerBroker(
  route: RouteInfo,
  registration: Registration,
  options: { nowMs: number; deleteTopicWithBrokerRegistration: boolean },
): RegisterResult | undefined {
  const { clusterName, brokerName, brokerAddr, brokerId, wrapper } = registration;
  joinCluster(route, clusterName, brokerName); // 2
  const { data, isNew } = brokerDataOf(route, registration); // 3
  const addrs = data.brokerAddrs;
  const minIdBefore = minIdOf(addrs) ?? 0; // 4
  for (const [id, address] of addrs) {
    if (address === brokerAddr && id !== brokerId) addrs.delete(id);
  }
  if (isOutdated(route, registration, addrs.get(brokerId))) {
    route.live.remove(clusterName, brokerAddr); // 5
    return {};
  }
  if (!addrs.has(brokerId) && wrapper.topicConfigTable.size === 1) return undefined; // 6
  const isFirst = isNew || !addrs.has(brokerId); // 7
  addrs.set(brokerId, brokerAddr);
  registerTopics(route, registration, { data, isFirst, ...options }); // 8, 9
  route.live.put({
    cluster: clusterName,
    address: brokerAddr,
    lastUpdateMs: options.nowMs,
    leaseMs:
      registration.leaseMs === undefined || registration.leaseMs <= 0
        ? DEFAULT_LEASE_MS
        : registration.leaseMs,
    dataVersion: wrapper.dataVersion,
    connection: registration.connection,
    haServerAddr: registration.haServerAddr,
  }); // 10
  if (registration.filterServerList.length === 0)
    route.filterServers.delete(brokerAddr); // 11
  else route.filterServers.set(brokerAddr, [...registration.filterServerList]);
  if (brokerId < minIdBefore) {
    const haBrokerAddr = registration.haServerAddr;
    route.notifyMinBrokerId({
      brokerName,
      brokerAddrs: addrs,
      offlineBrokerAddr: undefined,
      haBrokerAddr,
    }); // 13
  }
  return brokerId === MASTER_ID ? {} : masterOf(route, data); // 12
}

function joinCluster(route: RouteInfo, cluster: string, brokerName: string): void {
  const names = route.clusters.get(cluster);
  if (names === undefined) route.clusters.set(cluster, new Set([brokerName]));
  else names.add(brokerName);
}

function brokerDataOf(
  route: RouteInfo,
  registration: Registration,
): { data: BrokerData; isNew: boolean } {
  const { brokerName, clusterName: cluster, zoneName, enableActingMaster = false } = registration;
  const known = route.brokers.get(brokerName);
  const data: BrokerData = known ?? {
    brokerAddrs: new Map(),
    brokerName,
    cluster,
    enableActingMaster,
  };
  data.enableActingMaster = enableActingMaster;
  data.zoneName = zoneName;
  if (known === undefined) route.brokers.set(brokerName, data);
  return { data, isNew: known === undefined };
}

/** The id belongs to another address that has a newer state (a master that was elected later). */
function isOutdated(
  route: RouteInfo,
  registration: Registration,
  holder: string | undefined,
): boolean {
  if (holder === undefined || holder === registration.brokerAddr) return false;
  const live = route.live.get(registration.clusterName, holder);
  return (
    live !== undefined &&
    live.dataVersion.stateVersion > registration.wrapper.dataVersion.stateVersion
  );
}

function registerTopics(
  route: RouteInfo,
  registration: Registration,
  options: { data: BrokerData; isFirst: boolean; deleteTopicWithBrokerRegistration: boolean },
): void {
  const { brokerName, brokerId, wrapper } = registration;
  const { data, isFirst } = options;
  const isOld = registration.enableActingMaster === undefined;
  const isPrimeSlave = !isOld && brokerId !== MASTER_ID && brokerId === minIdOf(data.brokerAddrs);
  if (brokerId !== MASTER_ID && !isPrimeSlave) return;
  const mappings = wrapper.topicQueueMappingInfoMap ?? new Map<string, TopicQueueMappingInfo>();
  if (options.deleteTopicWithBrokerRegistration && mappings.size === 0) {
    for (const topic of route.topicsOfBroker(brokerName)) {
      if (!wrapper.topicConfigTable.has(topic)) route.removeQueue(topic, brokerName);
    }
  }
  const isChanged = isFirst || isVersionChanged(route, registration, wrapper.dataVersion);
  const readOnly = isPrimeSlave && data.enableActingMaster;
  for (const config of wrapper.topicConfigTable.values()) {
    if (isChanged || !(route.topics.get(config.topicName)?.has(brokerName) ?? false)) {
      putTopic(
        route,
        brokerName,
        readOnly ? { ...config, perm: config.perm & ~PERM_WRITE } : config,
      );
    }
  }
  if (!isChanged) return;
  for (const [topic, mapping] of mappings) {
    const infos = route.mappings.get(topic) ?? new Map<string, TopicQueueMappingInfo>();
    infos.set(mapping.bname ?? brokerName, mapping);
    route.mappings.set(topic, infos);
  }
}

function putTopic(route: RouteInfo, brokerName: string, config: TopicConfig): void {
  const { topicName, readQueueNums, writeQueueNums, perm, topicSysFlag } = config;
  route.putQueue(topicName, { brokerName, readQueueNums, writeQueueNums, perm, topicSysFlag });
}

/** Is the broker unknown, or known with another version of its topics? */
export function isVersionChanged(
  route: RouteInfo,
  broker: { clusterName: string; brokerAddr: string },
  version: DataVersion,
): boolean {
  const live = route.live.get(broker.clusterName, broker.brokerAddr);
  return live === undefined || !sameVersion(live.dataVersion, version);
}

function masterOf(route: RouteInfo, { cluster, brokerAddrs }: BrokerData): RegisterResult {
  const masterAddr = brokerAddrs.get(MASTER_ID);
  if (masterAddr === undefined) return {};
  const live = route.live.get(cluster, masterAddr);
  return live === undefined ? {} : { masterAddr, haServerAddr: live.haServerAddr };
}
