/** Routes known to one client, asked for on demand and kept fresh. Upstream: MQClientInstance (topicRouteTable, brokerAddrTable). */
import type { Clock, Timer } from "../base/clock.js";
import { messageOf, RocketmqError } from "../base/errors.js";
import type { Logger } from "../base/log.js";
import type { TopicRouteData } from "../protocol/bodies/topic-route-data.js";
import { getRouteinfoByTopic } from "../protocol/requests/get-routeinfo-by-topic.js";
import { ResponseCode } from "../protocol/response-codes.js";
import type { NamesrvClient } from "../remoting/namesrv-client.js";
import { ResponseError } from "../remoting/response-error.js";
import { compareQueues, type MessageQueue } from "./message-queue.js";
import {
  addressOf,
  publishQueues,
  sameRoute,
  subscribeQueues,
  templateRoute,
} from "./route-rules.js";

/** The topic whose queues are the template of topics created by sending to them. */
export const TEMPLATE_TOPIC = "TBW102";
export const REFRESH_INTERVAL_MS = 30_000;
const DEFAULT_TOPIC_QUEUES = 4;

export interface PublishOptions {
  /** Template for a topic without a route; default TBW102. */
  templateTopic?: string;
  /** Queues asked for when a topic is created by sending to it; default 4. */
  defaultTopicQueueNums?: number;
}

export interface ReplicaAddress {
  address: string;
  brokerId: number;
}

export class RouteTable {
  private readonly namesrv: NamesrvClient;
  private readonly clock: Clock;
  private readonly logger: Logger;
  private readonly routes = new Map<string, TopicRouteData>();
  /** Brokers of all routes seen: name → id → address. */
  private readonly brokers = new Map<string, ReadonlyMap<number, string>>();
  private readonly underWay = new Map<string, Promise<TopicRouteData | undefined>>();
  /** Topics refreshed by the timer, with how many producers and consumers want them. */
  private readonly watched = new Map<string, number>();
  private readonly listeners = new Set<(topic: string) => void>();
  private timer: Timer | undefined;

  constructor(options: { namesrv: NamesrvClient; clock: Clock; logger: Logger }) {
    this.namesrv = options.namesrv;
    this.clock = options.clock;
    this.logger = options.logger;
  }

  /** The route of a topic, from memory when it was asked for before; undefined when the topic has none. */
  async find(topic: string): Promise<TopicRouteData | undefined> {
    return this.routes.get(topic) ?? (await this.refresh(topic));
  }

  /** Like {@link find}, but a missing route is an error with upstream's words. */
  async route(topic: string): Promise<TopicRouteData> {
    const route = await this.find(topic);
    if (route !== undefined) return route;
    throw new RocketmqError(`No route info of this topic: ${topic}`, {
      kind: "not-found",
      hint: "create the topic, or check the name server address",
    });
  }

  /** Asks the name server now. One request per topic is under way at a time. */
  refresh(topic: string): Promise<TopicRouteData | undefined> {
    let asking = this.underWay.get(topic);
    if (asking === undefined) {
      asking = this.ask(topic).finally(() => this.underWay.delete(topic));
      this.underWay.set(topic, asking);
    }
    return asking;
  }

  /** Queues to send to; falls back to the template topic for one that does not exist yet. */
  async publishQueues(topic: string, options: PublishOptions = {}): Promise<MessageQueue[]> {
    const known = await this.find(topic);
    if (known !== undefined) return publishQueues(topic, known);
    const template = await this.refresh(options.templateTopic ?? TEMPLATE_TOPIC);
    if (template === undefined) return publishQueues(topic, await this.route(topic));
    const count = options.defaultTopicQueueNums ?? DEFAULT_TOPIC_QUEUES;
    return publishQueues(topic, templateRoute(template, count));
  }

  /** Queues to consume, in upstream's order. Throws when the topic has no route. */
  async subscribeQueues(topic: string): Promise<MessageQueue[]> {
    return subscribeQueues(topic, await this.route(topic)).sort(compareQueues);
  }

  /** The queues to consume as far as known without asking. */
  knownSubscribeQueues(topic: string): MessageQueue[] | undefined {
    const route = this.routes.get(topic);
    return route && subscribeQueues(topic, route).sort(compareQueues);
  }

  /** Address of a broker's master among all routes seen so far. */
  masterAddress(brokerName: string): string | undefined {
    return this.brokers.get(brokerName)?.get(0);
  }

  /**
   * The replica to talk to: the one wanted, else the master, else any.
   * Upstream: findBrokerAddressInSubscribe.
   */
  replicaAddress(brokerName: string, brokerId = 0): ReplicaAddress | undefined {
    const replicas = this.brokers.get(brokerName);
    if (replicas === undefined) return undefined;
    for (const id of [brokerId, 0, ...replicas.keys()]) {
      const address = replicas.get(id);
      if (address !== undefined) return { address, brokerId: id };
    }
    return undefined;
  }

  /** The master of a queue's broker, asking for the topic's route when the broker is not known. */
  async masterOf(queue: MessageQueue): Promise<string> {
    const known = this.masterAddress(queue.brokerName);
    if (known !== undefined) return known;
    const route = await this.refresh(queue.topic);
    const address = route && addressOf(route, queue.brokerName);
    if (address !== undefined) return address;
    throw new RocketmqError(`The broker[${queue.brokerName}] not exist`, { kind: "unreachable" });
  }

  /** Every replica of every broker seen: name, id, address. */
  allReplicas(): { brokerName: string; brokerId: number; address: string }[] {
    return [...this.brokers].flatMap(([brokerName, replicas]) =>
      [...replicas].map(([brokerId, address]) => ({ brokerName, brokerId, address })),
    );
  }

  /** Keeps a topic fresh until {@link unwatch} was called as often. */
  watch(topic: string): void {
    this.watched.set(topic, (this.watched.get(topic) ?? 0) + 1);
    this.timer ??= this.clock.every(REFRESH_INTERVAL_MS, () => void this.refreshWatched());
  }

  unwatch(topic: string): void {
    const wanted = (this.watched.get(topic) ?? 0) - 1;
    if (wanted > 0) this.watched.set(topic, wanted);
    else this.watched.delete(topic);
    if (this.watched.size === 0) this.stop();
  }

  /** Told when a refresh brought another route than before. Returns a function that ends it. */
  onChange(listener: (topic: string) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  stop(): void {
    this.timer?.cancel();
    this.timer = undefined;
  }

  private async refreshWatched(): Promise<void> {
    for (const topic of [...this.watched.keys()]) {
      try {
        await this.refresh(topic);
      } catch (error) {
        this.logger.warn("route not refreshed", { topic, error: messageOf(error) });
      }
    }
  }

  private async ask(topic: string): Promise<TopicRouteData | undefined> {
    let route: TopicRouteData;
    try {
      const answer = await this.namesrv.call(getRouteinfoByTopic, {
        topic,
        acceptStandardJsonOnly: true,
      });
      route = answer.content();
    } catch (error) {
      if (error instanceof ResponseError && error.code === ResponseCode.TOPIC_NOT_EXIST)
        return undefined;
      throw error;
    }
    const before = this.routes.get(topic);
    this.routes.set(topic, route);
    for (const broker of route.brokerDatas) this.brokers.set(broker.brokerName, broker.brokerAddrs);
    if (before === undefined || !sameRoute(before, route)) {
      for (const listener of this.listeners) listener(topic);
    }
    return route;
  }
}
