/**
 * Tells brokers which producers and consumers live in a client, every 30 s and when something changes.
 * Upstream: MQClientInstance (sendHeartbeatToAllBroker, unregisterClient).
 */
import { messageOf } from "../base/errors.js";
import type { Timer } from "../base/clock.js";
import type { ConsumeMessageDirectlyResult } from "../protocol/bodies/consume-message-directly-result.js";
import type { ConsumerRunningInfo } from "../protocol/bodies/consumer-running-info.js";
import type { ConsumerData, HeartbeatData } from "../protocol/bodies/heartbeat-data.js";
import type { QueueEntry } from "../protocol/bodies/message-queue.js";
import { heartBeat } from "../protocol/requests/heart-beat.js";
import { unregisterClient } from "../protocol/requests/unregister-client.js";
import type { Client } from "./client.js";
import type { ReceivedMessage } from "./received-message.js";

export const HEARTBEAT_INTERVAL_MS = 30_000;

/** A consumer as the heartbeat tells about it. */
export interface ConsumerMember {
  readonly group: string;
  /** Evaluated at each heartbeat: subscriptions may change. */
  consumerData(): ConsumerData;
  /** What brokers may ask of it; absent for a consumer that pulls by itself. */
  readonly callbacks?: ConsumerCallbacks;
}

/** What brokers ask of a push consumer. Upstream: ClientRemotingProcessor. */
export interface ConsumerCallbacks {
  /** Members or queues changed. */
  rebalanceSoon(): void;
  /** Start over at other offsets. */
  resetOffsets(entries: readonly QueueEntry<number>[]): Promise<void>;
  /** What it would commit, of one topic. */
  offsetsOf(topic: string): QueueEntry<number>[];
  runningInfo(): ConsumerRunningInfo;
  /** Consume this one message now. */
  consumeDirectly(message: ReceivedMessage): Promise<ConsumeMessageDirectlyResult>;
}

export class Membership {
  private readonly client: Client;
  private readonly producers = new Map<string, number>();
  readonly consumers = new Map<string, ConsumerMember>();
  /** MQVersion ordinal by address, from the answers to heartbeats. */
  private readonly versions = new Map<string, number>();
  private readonly beating = new Map<string, Promise<void>>();
  private timer: Timer | undefined;
  private endRouteListening: (() => void) | undefined;

  constructor(client: Client) {
    this.client = client;
  }

  addProducer(group: string): void {
    this.producers.set(group, (this.producers.get(group) ?? 0) + 1);
    this.run();
  }

  /** False when the client has a consumer of this group already. */
  addConsumer(consumer: ConsumerMember): boolean {
    if (this.consumers.has(consumer.group)) return false;
    this.consumers.set(consumer.group, consumer);
    this.run();
    return true;
  }

  async removeProducer(group: string): Promise<void> {
    const left = (this.producers.get(group) ?? 0) - 1;
    if (left > 0) return void this.producers.set(group, left);
    this.producers.delete(group);
    await this.unregister({ clientID: this.client.id, producerGroup: group });
  }

  async removeConsumer(group: string): Promise<void> {
    this.consumers.delete(group);
    await this.unregister({ clientID: this.client.id, consumerGroup: group });
  }

  /** MQVersion ordinal of a broker; undefined before its first answer. */
  brokerVersion(address: string): number | undefined {
    return this.versions.get(address);
  }

  /** Sends a heartbeat to all brokers now; failures are reported, not thrown. */
  async beat(): Promise<void> {
    await Promise.all(this.targets().map((address) => this.sendTo(address)));
  }

  /** Sends a heartbeat to a broker that forgot about us; many queues notice that at once, so one is under way at a time. */
  beatTo(address: string): Promise<void> {
    let beating = this.beating.get(address);
    if (beating === undefined) {
      beating = this.sendTo(address).finally(() => this.beating.delete(address));
      this.beating.set(address, beating);
    }
    return beating;
  }

  private async sendTo(address: string): Promise<void> {
    try {
      const answer = await this.client.remoting.call(
        address,
        heartBeat,
        {},
        { content: this.heartbeat() },
      );
      this.versions.set(address, answer.version);
    } catch (error) {
      this.versions.delete(address);
      this.client.logger.warn("heartbeat failed", { address, error: messageOf(error) });
    }
  }

  private heartbeat(): HeartbeatData {
    return {
      clientId: this.client.id,
      producerDataSet: [...this.producers.keys()].map((groupName) => ({ groupName })),
      consumerDataSet: [...this.consumers.values()].map((consumer) => consumer.consumerData()),
      heartbeatFingerprint: 0,
      withoutSub: false,
    };
  }

  /** Masters; slaves too when there are consumers, who may pull from them. */
  private targets(): string[] {
    const replicas = this.client.routes.allReplicas();
    const wanted =
      this.consumers.size > 0 ? replicas : replicas.filter((one) => one.brokerId === 0);
    return [...new Set(wanted.map((one) => one.address))];
  }

  private run(): void {
    if (this.timer !== undefined) return;
    this.timer = this.client.clock.every(HEARTBEAT_INTERVAL_MS, () => void this.beat());
    this.endRouteListening = this.client.routes.onChange(() => {
      for (const address of this.targets()) {
        if (this.versions.has(address)) continue;
        this.versions.set(address, 0);
        void this.sendTo(address);
      }
    });
  }

  private async unregister(header: {
    clientID: string;
    producerGroup?: string;
    consumerGroup?: string;
  }): Promise<void> {
    const addresses = new Set(this.client.routes.allReplicas().map((one) => one.address));
    await Promise.all(
      [...addresses].map((address) =>
        this.client.remoting.call(address, unregisterClient, header).catch((error: unknown) => {
          this.client.logger.warn("not unregistered", { address, error: messageOf(error) });
        }),
      ),
    );
    if (this.producers.size > 0 || this.consumers.size > 0) return;
    this.timer?.cancel();
    this.timer = undefined;
    this.endRouteListening?.();
    this.versions.clear();
  }
}

const memberships = new WeakMap<Client, Membership>();

/** The one membership of a client; made when its first producer or consumer starts. */
export function membershipOf(client: Client): Membership {
  let membership = memberships.get(client);
  if (membership === undefined) memberships.set(client, (membership = new Membership(client)));
  return membership;
}
