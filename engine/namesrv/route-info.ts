/** Who serves what: the tables of a name server. Upstream: RouteInfoManager (spec: behaviour 1.4, 1.6, 1.8). */
import type { Logger } from "../base/log.js";
import type { BrokerData } from "../protocol/bodies/broker-data.js";
import type { ClusterInfo } from "../protocol/bodies/cluster-info.js";
import type { TopicQueueMappingInfo } from "../protocol/bodies/topic-queue-mapping.js";
import type { QueueData } from "../protocol/bodies/topic-route-data.js";
import type { Connection } from "../remoting/api.js";
import { BrokerLiveness, type LiveBroker } from "./broker-liveness.js";

export const MASTER_ID = 0;
export const PERM_READ = 4;
export const PERM_WRITE = 2;

/** Bits of QueueData.topicSysFlag. Upstream: TopicSysFlag. */
const FLAG_UNIT = 1;
const FLAG_UNIT_SUB = 2;

/** A broker as it signs off. */
export interface BrokerIdentity {
  clusterName: string;
  brokerName: string;
  brokerAddr: string;
  brokerId: number;
}

/** The lowest broker id of a broker name changed, so another one acts as its master. */
export interface MinBrokerIdChange {
  brokerName: string;
  brokerAddrs: ReadonlyMap<number, string>;
  /** The broker that went, when one did. */
  offlineBrokerAddr: string | undefined;
  /** HA address of the broker that came, when one did. */
  haBrokerAddr: string | undefined;
}

export class RouteInfo {
  /** topic → broker name → queues. */
  readonly topics = new Map<string, Map<string, QueueData>>();
  readonly brokers = new Map<string, BrokerData>();
  /** cluster → broker names. */
  readonly clusters = new Map<string, Set<string>>();
  /** Static topics: topic → broker name → mapping. */
  readonly mappings = new Map<string, Map<string, TopicQueueMappingInfo>>();
  /** Broker address → addresses of its filter servers (4.x). */
  readonly filterServers = new Map<string, string[]>();
  readonly live = new BrokerLiveness();
  private readonly logger: Logger;
  private readonly minBrokerIdChanged: (change: MinBrokerIdChange) => void;

  constructor(options: {
    logger: Logger;
    minBrokerIdChanged?: (change: MinBrokerIdChange) => void;
  }) {
    this.logger = options.logger;
    this.minBrokerIdChanged = options.minBrokerIdChanged ?? (() => undefined);
  }

  notifyMinBrokerId(change: MinBrokerIdChange): void {
    this.minBrokerIdChanged(change);
  }

  /** Takes a broker out; with the last one of its name the name leaves its cluster and all topics. */
  unregister(broker: BrokerIdentity): void {
    const { clusterName, brokerName, brokerAddr } = broker;
    this.live.remove(clusterName, brokerAddr);
    this.filterServers.delete(brokerAddr);
    const data = this.brokers.get(brokerName);
    const wasMinId = data !== undefined && broker.brokerId === minIdOf(data.brokerAddrs);
    if (data !== undefined) removeAddress(data.brokerAddrs, brokerAddr);
    this.logger.info(`broker ${brokerName} at ${brokerAddr} left`);
    if (data === undefined) return;
    if (data.brokerAddrs.size === 0) {
      this.removeBrokerName(clusterName, brokerName);
      return;
    }
    if (data.enableActingMaster && !data.brokerAddrs.has(MASTER_ID)) this.makeReadOnly(brokerName);
    if (wasMinId) {
      const { brokerAddrs } = data;
      this.notifyMinBrokerId({
        brokerName,
        brokerAddrs,
        offlineBrokerAddr: brokerAddr,
        haBrokerAddr: undefined,
      });
    }
  }

  /** Takes out every broker that registered over a connection which is gone. */
  connectionLost(connection: Connection): void {
    for (const broker of this.live.on(connection)) this.unregisterLive(broker);
  }

  /** Takes out brokers that were silent for longer than their lease, and drops their connections. */
  expire(nowMs: number): void {
    for (const broker of this.live.expired(nowMs)) {
      this.logger.warn(`broker ${broker.address} was silent for over ${broker.leaseMs} ms`);
      this.unregisterLive(broker);
      if (this.live.on(broker.connection).length === 0) broker.connection.close("lease expired");
    }
  }

  /** Merges queues of one topic; refused as a whole when a broker is unknown. Upstream: registerTopic. */
  registerTopic(topic: string, queues: readonly QueueData[]): void {
    if (queues.length === 0) return;
    const stranger = queues.find(({ brokerName }) => !this.brokers.has(brokerName));
    if (stranger !== undefined) {
      this.logger.warn(`topic ${topic} names the unknown broker ${stranger.brokerName}`);
      return;
    }
    for (const queue of queues) this.putQueue(topic, queue);
  }

  putQueue(topic: string, queue: QueueData): void {
    const queues = this.topics.get(topic);
    if (queues === undefined) this.topics.set(topic, new Map([[queue.brokerName, queue]]));
    else queues.set(queue.brokerName, queue);
  }

  /** Removes a topic, or only its queues at the brokers of one cluster. */
  deleteTopic(topic: string, cluster?: string): void {
    if (cluster === undefined || cluster === "") this.topics.delete(topic);
    else for (const name of this.clusters.get(cluster) ?? []) this.removeQueue(topic, name);
  }

  removeQueue(topic: string, brokerName: string): void {
    const queues = this.topics.get(topic);
    queues?.delete(brokerName);
    if (queues?.size === 0) this.topics.delete(topic);
  }

  /** Applies `change` to the permission of every topic at a broker name; returns how many there are. */
  changePerm(brokerName: string, change: (perm: number) => number): number {
    let count = 0;
    for (const queues of this.topics.values()) {
      const queue = queues.get(brokerName);
      if (queue === undefined) continue;
      queue.perm = change(queue.perm);
      count++;
    }
    return count;
  }

  clusterInfo(): ClusterInfo {
    const clusterAddrTable = new Map<string, string[]>();
    for (const [cluster, names] of this.clusters) clusterAddrTable.set(cluster, [...names]);
    return { brokerAddrTable: this.brokers, clusterAddrTable };
  }

  topicsOfBroker(brokerName: string): string[] {
    return [...this.topics].filter(([, queues]) => queues.has(brokerName)).map(([topic]) => topic);
  }

  topicsOfCluster(cluster: string): string[] {
    const names = [...(this.clusters.get(cluster) ?? [])];
    return [...this.topics]
      .filter(([, queues]) => names.some((name) => queues.has(name)))
      .map(([topic]) => topic);
  }

  /** Cluster and broker names count as system topics, since each broker makes topics of these names. */
  systemTopics(): { topicList: string[]; brokerAddr: string | undefined } {
    const names = [...this.clusters].flatMap(([cluster, brokers]) => [cluster, ...brokers]);
    const brokerAddr = [...this.brokers.values()].flatMap(({ brokerAddrs }) => [
      ...brokerAddrs.values(),
    ])[0];
    return { topicList: [...new Set(names)], brokerAddr };
  }

  unitTopics(): string[] {
    return this.topicsWithFlag((flag) => (flag & FLAG_UNIT) !== 0);
  }

  unitSubTopics(): string[] {
    return this.topicsWithFlag((flag) => (flag & FLAG_UNIT_SUB) !== 0);
  }

  unitSubNonUnitTopics(): string[] {
    return this.topicsWithFlag((flag) => (flag & (FLAG_UNIT | FLAG_UNIT_SUB)) === FLAG_UNIT_SUB);
  }

  /** Upstream looks at the first queue entry of a topic only. */
  private topicsWithFlag(test: (topicSysFlag: number) => boolean): string[] {
    return [...this.topics]
      .filter(([, queues]) => test([...queues.values()][0]?.topicSysFlag ?? 0))
      .map(([topic]) => topic);
  }

  private unregisterLive(live: LiveBroker): void {
    const { cluster: clusterName, address: brokerAddr } = live;
    for (const { cluster, brokerName, brokerAddrs } of [...this.brokers.values()]) {
      if (cluster !== clusterName) continue;
      const found = [...brokerAddrs].find(([, address]) => address === brokerAddr);
      if (found === undefined) continue;
      this.unregister({ clusterName, brokerName, brokerAddr, brokerId: found[0] });
      return;
    }
    this.live.remove(clusterName, brokerAddr);
  }

  private removeBrokerName(cluster: string, brokerName: string): void {
    this.brokers.delete(brokerName);
    const names = this.clusters.get(cluster);
    names?.delete(brokerName);
    if (names?.size === 0) this.clusters.delete(cluster);
    for (const [topic, queues] of this.topics) {
      if (queues.delete(brokerName) && queues.size === 0) this.topics.delete(topic);
    }
    for (const [topic, infos] of this.mappings) {
      if (infos.delete(brokerName) && infos.size === 0) this.mappings.delete(topic);
    }
  }

  private makeReadOnly(brokerName: string): void {
    this.changePerm(brokerName, (perm) => perm & ~PERM_WRITE);
  }
}

export function minIdOf(brokerAddrs: ReadonlyMap<number, string>): number | undefined {
  return brokerAddrs.size === 0 ? undefined : Math.min(...brokerAddrs.keys());
}

function removeAddress(brokerAddrs: Map<number, string>, address: string): void {
  for (const [id, one] of brokerAddrs) if (one === address) brokerAddrs.delete(id);
}
