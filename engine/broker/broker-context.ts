/**
 * What every processor of the broker is given. Upstream: BrokerController, of which processors ask everything; here the
 * parts are interfaces, so that a processor says what it uses and a test can hand it just that.
 */
import type { Clock } from "../base/clock.js";
import type { Files } from "../base/files.js";
import type { Logger } from "../base/log.js";
import type { DataVersion } from "../protocol/bodies/data-version.js";
import type { ConsumerData, SubscriptionData } from "../protocol/bodies/heartbeat-data.js";
import type { MessageQueue } from "../protocol/bodies/message-queue.js";
import type { SubscriptionGroupConfig } from "../protocol/bodies/subscription-group-config.js";
import type { TopicConfig } from "../protocol/bodies/topic-config.js";
import type { Connection, RemotingClient } from "../remoting/api.js";
import type { Host, MessageStore } from "../store/store-api.js";
import type { BrokerConfig, BrokerConfiguration } from "./config/broker-config.js";
import type { ScheduleMessages } from "./schedule/schedule-message.js";
import type { ConsumerFilters } from "./consumer-filter.js";
import type { BrokerRelease } from "./release.js";
import type { BrokerStats } from "./stats/broker-stats.js";
import type { TimerMessages } from "./timer/timer-messages.js";

export interface BrokerContext {
  /** The live configuration: one object, changed in place by UPDATE_BROKER_CONFIG; the same as `configuration.values`. */
  readonly config: BrokerConfig;
  readonly configuration: BrokerConfiguration;
  /** The upstream release that the broker behaves as. */
  readonly release: BrokerRelease;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly files: Files;
  readonly store: MessageStore;
  readonly topics: TopicConfigTable;
  readonly groups: SubscriptionGroupTable;
  readonly offsets: ConsumerOffsetTable;
  readonly clients: ClientRegistry;
  readonly filters: ConsumerFilters;
  readonly holds: PullHolds;
  readonly locks: RebalanceLocks;
  readonly stats: BrokerStats;
  readonly schedule: ScheduleMessages;
  readonly timer: TimerMessages;
  readonly registration: NamesrvRegistration;
  /** Connections from this broker to other servers (name servers). */
  readonly remoting: RemotingClient;
  /** Clients may not send: the store is only served to be read. */
  readonly refusesSends?: boolean;
  /** "brokerIP1:port" as registered with the name servers. */
  readonly brokerAddress: string;
  /** brokerIP1 and port as they are stored in records and message ids. */
  readonly storeHost: Host;
  /** When the broker was started, milliseconds since the epoch. */
  readonly bootTime: number;
}

/** Topic name → configuration, kept in topics.json. Upstream: TopicConfigManager. */
export interface TopicConfigTable {
  readonly dataVersion: DataVersion;
  get(topic: string): TopicConfig | undefined;
  /** The live table in insertion order; not to be changed by the caller. */
  all(): ReadonlyMap<string, TopicConfig>;
  /** Stores a configuration as given, steps the data version, persists and registers the change with the name servers. */
  put(config: TopicConfig): void;
  /** Like `put` for several at once: one data version, one write, one registration. */
  putAll(configs: readonly TopicConfig[]): void;
  /** Removes a topic; false when there was none. Its queues and offsets are the caller's business. */
  delete(topic: string): boolean;
  /** Names that users must not change or send to: the static set, boot topics and everything that begins with rmq_sys_. */
  isSystemTopic(topic: string): boolean;
  /** The system topics this broker knows by name. */
  systemTopics(): readonly string[];
  /** Auto-creation by a send; undefined when the default topic is missing or does not inherit. */
  createInSend(topic: string, request: TopicTemplate): TopicConfig | undefined;
  /** Makes a retry or DLQ topic if it is missing. */
  createInSendBack(
    topic: string,
    queues: number,
    options: { perm: number; isUnit?: boolean; isOrder?: boolean },
  ): TopicConfig;
  /** Steps the data version without a change of a topic, e.g. when brokerPermission changed; register afterwards. */
  step(): void;
  /** Resolves when every change is on the disk, rejects when it cannot be brought there; undefined when it is. */
  saved(): Promise<void> | undefined;
  /** Marks exactly these topics as ordered (answer of a name server to a registration). */
  markOrdered(topics: ReadonlySet<string>): void;
}

/** What a send says about the topic it would create. */
export interface TopicTemplate {
  defaultTopic: string;
  defaultTopicQueueNums: number;
  topicSysFlag: number;
}

/** Group name → configuration, kept in subscriptionGroup.json. Upstream: SubscriptionGroupManager. */
export interface SubscriptionGroupTable {
  readonly dataVersion: DataVersion;
  /** The configuration; an unknown group is made first when autoCreateSubscriptionGroup allows it or it is a system group. */
  find(group: string): SubscriptionGroupConfig | undefined;
  /** The configuration without making one. */
  get(group: string): SubscriptionGroupConfig | undefined;
  has(group: string): boolean;
  all(): ReadonlyMap<string, SubscriptionGroupConfig>;
  /** Stores as given, steps the data version, persists. */
  put(config: SubscriptionGroupConfig): void;
  putAll(configs: readonly SubscriptionGroupConfig[]): void;
  delete(group: string): boolean;
  /** group → topic → bit mask. */
  forbiddenTable(): ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Is reading the topic forbidden to the group (bit 0)? */
  isReadForbidden(group: string, topic: string): boolean;
  setReadForbidden(group: string, topic: string, forbidden: boolean): void;
  /** Resolves when every change is on the disk, rejects when it cannot be brought there; undefined when it is. */
  saved(): Promise<void> | undefined;
}

/** Where each group stands in each queue, kept in consumerOffset.json. Upstream: ConsumerOffsetManager. */
export interface ConsumerOffsetTable {
  readonly dataVersion: DataVersion;
  /** Next queue offset to consume; −1 when unknown. */
  get(group: string, topic: string, queueId: number): number;
  /** Stores even a lower offset than before. */
  commit(group: string, topic: string, queueId: number, queueOffset: number): void;
  /** Highest offset pulled, in memory only; −1 when unknown. */
  pullOffset(group: string, topic: string, queueId: number): number;
  commitPullOffset(group: string, topic: string, queueId: number, queueOffset: number): void;
  /** Sets the committed offset and leaves a mark that the next pull or offset query of the consumer answers with. */
  assignReset(group: string, topic: string, queueId: number, queueOffset: number): void;
  /** A pending reset, left in place. */
  pendingReset(group: string, topic: string, queueId: number): number | undefined;
  /** A pending reset, taken out. */
  takeReset(group: string, topic: string, queueId: number): number | undefined;
  /** queueId → offset of one group and topic; empty when there are none. */
  ofGroup(group: string, topic: string): ReadonlyMap<number, number>;
  /** The same of the highest offsets pulled. */
  pulledOfGroup(group: string, topic: string): ReadonlyMap<number, number>;
  topicsOfGroup(group: string): readonly string[];
  groupsOfTopic(topic: string): readonly string[];
  /** Every "topic@group" → queueId → offset. */
  all(): ReadonlyMap<string, ReadonlyMap<number, number>>;
  /** Copies the offsets of one topic from a group to another. */
  cloneGroup(source: string, destination: string, topic: string): void;
  removeGroup(group: string): void;
  removeTopic(topic: string): void;
}

/** One client process on one connection. Upstream: ClientChannelInfo. */
export interface ClientChannel {
  readonly connection: Connection;
  clientId: string;
  language: string;
  version: number;
  lastUpdateTimestamp: number;
}

/** A consumer group that is online. Upstream: ConsumerGroupInfo. */
export interface ConsumerGroup {
  readonly group: string;
  readonly consumeType: ConsumerData["consumeType"];
  readonly messageModel: ConsumerData["messageModel"];
  readonly consumeFromWhere: ConsumerData["consumeFromWhere"];
  /** Time of the last change, ms. */
  readonly lastUpdateTimestamp: number;
  readonly channels: ReadonlyMap<Connection, ClientChannel>;
  /** topic → subscription. */
  readonly subscriptions: ReadonlyMap<string, SubscriptionData>;
}

/** Who is connected. Upstream: ProducerManager, ConsumerManager. */
export interface ClientRegistry {
  consumerGroup(group: string): ConsumerGroup | undefined;
  consumerGroups(): ReadonlyMap<string, ConsumerGroup>;
  /** Online groups that subscribe to the topic. */
  groupsSubscribedTo(topic: string): readonly string[];
  consumerChannel(group: string, clientId: string): ClientChannel | undefined;
  /** group → its producers. */
  producerGroups(): ReadonlyMap<string, ReadonlyMap<Connection, ClientChannel>>;
  /** Any producer with this client id, whatever its group (request-reply). */
  producerById(clientId: string): ClientChannel | undefined;
  /** Any live producer of the group, in turn (transaction checks). */
  availableProducer(group: string): ClientChannel | undefined;
}

/** Pulls that wait for a message. Upstream: PullRequestHoldService. */
export interface PullHolds {
  /** How many wait now. */
  readonly size: number;
}

/** Queue locks of orderly consumers. Upstream: RebalanceLockManager. */
export interface RebalanceLocks {
  /** Locks what is free or already the client's; returns the queues now held by it. */
  lock(group: string, queues: readonly MessageQueue[], clientId: string): MessageQueue[];
  unlock(group: string, queues: readonly MessageQueue[], clientId: string): void;
  /** Has the group no lock that is still valid (upstream: isLockAllExpired)? */
  isAllExpired(group: string): boolean;
}

/** Tells the name servers what this broker serves. Upstream: BrokerOuterAPI, registerBrokerAll. */
export interface NamesrvRegistration {
  /** "host:port" of the name servers in use. */
  readonly addresses: readonly string[];
  /** Registers everything with all name servers; never rejects, failures are logged. */
  registerAll(): Promise<void>;
  /** Registers changed topics only, each call under the data version that is current now; sent in the order of the calls. */
  registerTopics(topics: readonly TopicConfig[]): void;
}

/** Bits of TopicConfig.perm. Upstream: PermName. */
export const PERM_READ = 4;
export const PERM_WRITE = 2;
export const PERM_INHERIT = 1;
