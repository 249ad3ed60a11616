import type { Clock } from "../base/clock.js";
import type { Logger } from "../base/log.js";
import type { ConsumerData, SubscriptionData } from "../protocol/bodies/heartbeat-data.js";
import type { Connection } from "../remoting/api.js";
import type { ClientChannel, ClientRegistry, ConsumerGroup } from "./broker-context.js";

/** Upstream: ClientHousekeepingService scans each 10 s, CHANNEL_EXPIRED_TIMEOUT is 120 s. */
const SCAN_MS = 10_000;
const EXPIRY_MS = 120_000;

/** A client as it presents itself with a heartbeat. */
export interface ClientIdentity {
  clientId: string;
  language: string;
  version: number;
}

export interface ConnectedClientsOptions {
  clock: Clock;
  logger: Logger;
  /** Tells one consumer that its group changed (NOTIFY_CONSUMER_IDS_CHANGED). */
  notify: (connection: Connection, group: string) => void;
  /** Told when the last member of a group is gone. */
  onGroupGone: (group: string) => void;
  /** The broker's notifyConsumerIdsChangedEnable. */
  isNotifyEnabled: () => boolean;
  /** The broker's realTimeNotifyConsumerChange: otherwise changes of ten seconds are told together. */
  isNotifiedAtOnce: () => boolean;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface GroupState extends Mutable<ConsumerGroup> {
  channels: Map<Connection, ClientChannel>;
  subscriptions: Map<string, SubscriptionData>;
  fingerprint: number | undefined;
}

interface Membership {
  producers: Set<string>;
  consumers: Set<string>;
}

/** Producers and consumers by group and connection. Upstream: ProducerManager, ConsumerManager, ClientHousekeepingService. */
export class ConnectedClients implements ClientRegistry {
  private readonly options: ConnectedClientsOptions;
  private readonly consumers = new Map<string, GroupState>();
  private readonly producers = new Map<string, Map<Connection, ClientChannel>>();
  private readonly memberships = new Map<Connection, Membership>();
  /** Groups whose change is still to be told. */
  private readonly changed = new Set<string>();
  private scan: { cancel(): void } | undefined;
  private turn = 0;

  constructor(options: ConnectedClientsOptions) {
    this.options = options;
  }

  start(): void {
    this.scan = this.options.clock.every(SCAN_MS, () => {
      this.removeExpired();
      this.tellChanged();
    });
  }

  stop(): void {
    this.scan?.cancel();
  }

  consumerGroup(group: string): ConsumerGroup | undefined {
    return this.consumers.get(group);
  }

  consumerGroups(): ReadonlyMap<string, ConsumerGroup> {
    return this.consumers;
  }

  groupsSubscribedTo(topic: string): readonly string[] {
    return [...this.consumers.values()].flatMap((state) =>
      state.subscriptions.has(topic) ? [state.group] : [],
    );
  }

  consumerChannel(group: string, clientId: string): ClientChannel | undefined {
    for (const channel of this.consumers.get(group)?.channels.values() ?? []) {
      if (channel.clientId === clientId) return channel;
    }
    return undefined;
  }

  producerGroups(): ReadonlyMap<string, ReadonlyMap<Connection, ClientChannel>> {
    return this.producers;
  }

  producerById(clientId: string): ClientChannel | undefined {
    for (const channels of this.producers.values()) {
      for (const channel of channels.values()) if (channel.clientId === clientId) return channel;
    }
    return undefined;
  }

  availableProducer(group: string): ClientChannel | undefined {
    const live = [...(this.producers.get(group)?.values() ?? [])].filter(
      (channel) => channel.connection.isOpen,
    );
    return live.length === 0 ? undefined : live[this.turn++ % live.length];
  }

  registerProducer(group: string, connection: Connection, client: ClientIdentity): void {
    let channels = this.producers.get(group);
    if (channels === undefined) {
      channels = new Map();
      this.producers.set(group, channels);
    }
    this.touch(channels, connection, client);
    this.membershipOf(connection).producers.add(group);
  }

  /**
   * Takes one consumer of a heartbeat in; true when the group's members or subscriptions changed. Without
   * `withSubscriptions` (heartbeat V2) the subscriptions known stay.
   */
  registerConsumer(
    data: ConsumerData,
    connection: Connection,
    options: { client: ClientIdentity; withSubscriptions: boolean; isNotified: boolean },
  ): boolean {
    const state = this.groupState(data);
    state.consumeType = data.consumeType;
    state.messageModel = data.messageModel;
    state.consumeFromWhere = data.consumeFromWhere;
    const isNew = this.touch(state.channels, connection, options.client);
    state.lastUpdateTimestamp = this.options.clock.now();
    this.membershipOf(connection).consumers.add(data.groupName);
    const isChanged = options.withSubscriptions && mergeSubscriptions(state, data);
    if (!isNew && !isChanged) return false;
    if (options.isNotified && state.messageModel !== "BROADCASTING") this.notifyMembers(state);
    return true;
  }

  /** Remembers the fingerprint of a heartbeat (0: of the first form); true when another one was known. */
  exchangeFingerprint(group: string, fingerprint: number): boolean {
    const state = this.consumers.get(group);
    if (state === undefined) return false;
    const isOther = state.fingerprint !== undefined && state.fingerprint !== fingerprint;
    state.fingerprint = fingerprint;
    return isOther;
  }

  unregisterProducer(group: string, connection: Connection): void {
    const channels = this.producers.get(group);
    if (channels?.delete(connection) && channels.size === 0) this.producers.delete(group);
    this.memberships.get(connection)?.producers.delete(group);
  }

  unregisterConsumer(group: string, connection: Connection, isNotified: boolean): void {
    const state = this.consumers.get(group);
    this.memberships.get(connection)?.consumers.delete(group);
    if (state?.channels.delete(connection) !== true) return;
    if (state.channels.size === 0) {
      this.consumers.delete(group);
      this.options.onGroupGone(group);
    }
    if (isNotified && state.messageModel !== "BROADCASTING") this.notifyMembers(state);
  }

  private removeExpired(): void {
    const oldest = this.options.clock.now() - EXPIRY_MS;
    const silent = new Set<Connection>();
    const live = new Set<Connection>();
    for (const table of [...this.producers.values(), ...groupChannels(this.consumers)]) {
      for (const channel of table.values()) {
        (channel.lastUpdateTimestamp < oldest ? silent : live).add(channel.connection);
      }
    }
    for (const connection of silent) {
      if (live.has(connection)) continue;
      this.options.logger.warn("client was silent too long", { client: connection.remoteAddress });
      this.forget(connection);
      connection.close("no heartbeat for 120 s");
    }
  }

  private forget(connection: Connection): void {
    const membership = this.memberships.get(connection);
    if (membership === undefined) return;
    this.memberships.delete(connection);
    for (const group of [...membership.producers]) this.unregisterProducer(group, connection);
    for (const group of [...membership.consumers]) this.unregisterConsumer(group, connection, true);
  }

  /** Notes a sign of life; true when the connection is new to the table. */
  private touch(
    channels: Map<Connection, ClientChannel>,
    connection: Connection,
    client: ClientIdentity,
  ): boolean {
    const now = this.options.clock.now();
    const known = channels.get(connection);
    if (known === undefined) {
      channels.set(connection, { connection, ...client, lastUpdateTimestamp: now });
      return true;
    }
    Object.assign(known, client, { lastUpdateTimestamp: now });
    return false;
  }

  private groupState(data: ConsumerData): GroupState {
    let state = this.consumers.get(data.groupName);
    if (state === undefined) {
      state = {
        group: data.groupName,
        consumeType: data.consumeType,
        messageModel: data.messageModel,
        consumeFromWhere: data.consumeFromWhere,
        lastUpdateTimestamp: this.options.clock.now(),
        channels: new Map(),
        subscriptions: new Map(),
        fingerprint: undefined,
      };
      this.consumers.set(data.groupName, state);
    }
    return state;
  }

  private membershipOf(connection: Connection): Membership {
    let membership = this.memberships.get(connection);
    if (membership === undefined) {
      membership = { producers: new Set(), consumers: new Set() };
      this.memberships.set(connection, membership);
      connection.onClose(() => this.forget(connection));
    }
    return membership;
  }

  private tellChanged(): void {
    for (const group of this.changed) {
      const state = this.consumers.get(group);
      if (state !== undefined) this.tell(state);
    }
    this.changed.clear();
  }

  private notifyMembers(state: GroupState): void {
    if (!this.options.isNotifyEnabled()) return;
    if (this.options.isNotifiedAtOnce()) this.tell(state);
    else this.changed.add(state.group);
  }

  private tell(state: GroupState): void {
    for (const connection of state.channels.keys()) this.options.notify(connection, state.group);
  }
}

function* groupChannels(groups: ReadonlyMap<string, GroupState>) {
  for (const state of groups.values()) yield state.channels;
}

/**
 * Upstream: ConsumerGroupInfo.updateSubscription. A topic that is new or gone is a change; a newer version of a known
 * one is taken over silently, so groups whose members subscribe differently flip with each heartbeat, as upstream.
 */
function mergeSubscriptions(state: GroupState, data: ConsumerData): boolean {
  let isChanged = false;
  const named = new Set<string>();
  for (const subscription of data.subscriptionDataSet) {
    named.add(subscription.topic);
    const known = state.subscriptions.get(subscription.topic);
    if (known === undefined) isChanged = true;
    if (known === undefined || subscription.subVersion > known.subVersion) {
      state.subscriptions.set(subscription.topic, subscription);
    }
  }
  for (const topic of [...state.subscriptions.keys()]) {
    if (named.has(topic)) continue;
    state.subscriptions.delete(topic);
    isChanged = true;
  }
  return isChanged;
}
