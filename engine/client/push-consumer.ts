/**
 * Delivers messages of a group's topics to a listener, many at a time or (orderly) one queue after the other's order.
 * Upstream: DefaultMQPushConsumer, DefaultMQPushConsumerImpl, RebalancePushImpl.
 */
import { type Timer } from "../base/clock.js";
import { messageOf, RocketmqError } from "../base/errors.js";
import { type Files, realFiles } from "../base/files.js";
import type { Service } from "../base/service.js";
import { isRetryTopic, retryTopic } from "../message/topic-names.js";
import type { ConsumeFromWhere, MessageModel } from "../protocol/bodies/consumer-enums.js";
import type { ConsumerData, SubscriptionData } from "../protocol/bodies/heartbeat-data.js";
import type { QueueEntry } from "../protocol/bodies/message-queue.js";
import { checkClientConfig } from "../protocol/requests/check-client-config.js";
import { type AllocateStrategy, averagely } from "./allocate.js";
import { serveBrokerCallbacks } from "./broker-callbacks.js";
import type { Client } from "./client.js";
import { ConsumeService, type Consuming, type MessageListener } from "./consume-service.js";
import { ConsumeStats } from "./consume-stats.js";
import { Delays } from "./delays.js";
import { consumeDirectly } from "./direct-consumption.js";
import { giveBackExpired } from "./expired-messages.js";
import { firstOffset } from "./first-offset.js";
import { giveBack, sendToRetry } from "./give-back.js";
import { LocalOffsetStore } from "./local-offset-store.js";
import { type ConsumerCallbacks, type ConsumerMember, membershipOf } from "./membership.js";
import { type MessageQueue, queueKey } from "./message-queue.js";
import { checkGroup, checkTopic } from "./name-rules.js";
import { BrokerOffsetStore, type OffsetStore } from "./offset-store.js";
import { OrderlyConsumeService } from "./orderly-consume-service.js";
import { ProcessQueue } from "./process-queue.js";
import { DEFAULT_PULL_LIMITS, type PullLimits, PullLoop } from "./pull-loop.js";
import { QueueLocks } from "./queue-locks.js";
import { Rebalance, type Sharing } from "./rebalance.js";
import type { ReceivedMessage } from "./received-message.js";
import { runningInfo } from "./running-info.js";
import { traceOf } from "./producer.js";
import { buildSubscription, type ExpressionType } from "./subscription.js";
import { type Trace, traceGroup } from "./trace/trace.js";
import { tracedListener } from "./trace/traced-listener.js";

export interface PushConsumerOptions extends Partial<PullLimits> {
  group: string;
  messageModel?: MessageModel;
  /** Where a group without offsets begins; default CONSUME_FROM_LAST_OFFSET. */
  consumeFromWhere?: ConsumeFromWhere;
  /** For CONSUME_FROM_TIMESTAMP, milliseconds; default 30 minutes ago. */
  consumeTimestamp?: number;
  strategy?: AllocateStrategy;
  /** Listener calls at the same time; default 20. */
  concurrency?: number;
  /** Messages per listener call; default 1. */
  consumeBatchSize?: number;
  /**
   * Deliver the messages of a queue in their order, one call at a time: what fails comes again before the next, and no
   * other member has the queue meanwhile.
   */
  orderly?: boolean;
  /** Orderly: pause of a queue after a failure, milliseconds; default 1000. */
  suspendMs?: number;
  /** Deliveries after which a message goes to the dead letter queue; -1 stands for 16, orderly for no limit. */
  maxReconsumeTimes?: number;
  /** After so long with the listener a message is given back (not orderly); default 15 minutes. */
  consumeTimeoutMs?: number;
  /** How long `stop` waits for listener calls under way; default 5 s. */
  stopWithinMs?: number;
  /** Offsets of broadcasting consumers; default `~/.rocketmq_offsets`. */
  offsetFolder?: string;
  files?: Files;
  /** Topic that deliveries are traced to, e.g. RMQ_SYS_TRACE_TOPIC; default none. */
  traceTopic?: string | undefined;
}

const PERSIST_INTERVAL_MS = 5000;
const FIRST_PERSIST_MS = 10_000;
const DEFAULT_MAX_RECONSUME_TIMES = 16;
const INT_MAX = 0x7fff_ffff;
const HALF_HOUR_MS = 30 * 60 * 1000;
const CONSUME_TIMEOUT_MS = 15 * 60 * 1000;
/** How long a queue that is given up waits for its listener call. */
const HALT_MS = 1000;

export class PushConsumer implements Service, ConsumerMember {
  readonly group: string;
  readonly stats: ConsumeStats;
  readonly startedMs: number;
  readonly concurrency: number;
  readonly listener: MessageListener;
  private readonly client: Client;
  private readonly options: PushConsumerOptions;
  private readonly limits: PullLimits;
  private readonly delays: Delays;
  private readonly offsets: OffsetStore;
  private readonly service: Consuming;
  /** Present when orderly, the same as `service`. */
  private readonly orderly: OrderlyConsumeService | undefined;
  /** Present when orderly and clustering. */
  private readonly locks: QueueLocks | undefined;
  private readonly rebalance: Rebalance;
  private readonly trace: Trace | undefined;
  private readonly subscriptions = new Map<string, SubscriptionData>();
  private readonly processes = new Map<string, ProcessQueue>();
  private persistTimer: Timer | undefined;
  private expiryTimer: Timer | undefined;
  private endRouteListening: (() => void) | undefined;
  private suspended = false;
  /** Between a start and its stop: only then is there something to take leave of. */
  private joined = false;

  constructor(client: Client, options: PushConsumerOptions & { listener: MessageListener }) {
    this.client = client;
    this.options = options;
    this.group = options.group;
    this.listener = options.listener;
    this.limits = { ...DEFAULT_PULL_LIMITS, ...options };
    this.concurrency = options.concurrency ?? 20;
    this.startedMs = client.clock.now();
    this.stats = new ConsumeStats(client.clock);
    this.delays = new Delays(client.clock);
    this.offsets = this.createOffsets();
    this.trace = traceOf(client, options.traceTopic, () => traceGroup(options.group, "CONSUME"));
    if (this.isOrderly && this.isClustering) this.locks = new QueueLocks(client, this.group);
    if (this.isOrderly) this.orderly = this.createOrderlyService();
    this.service = this.orderly ?? this.createService();
    this.rebalance = new Rebalance(client, {
      group: this.group,
      strategy: options.strategy ?? averagely,
      broadcasting: !this.isClustering,
      topics: () => [...this.subscriptions.keys()],
      assign: (topic, queues) => this.assign(topic, queues),
    });
  }

  private get isJoined(): boolean {
    return this.joined;
  }

  get isOrderly(): boolean {
    return this.options.orderly === true;
  }

  get isClustering(): boolean {
    return this.options.messageModel !== "BROADCASTING";
  }

  /** Subscribes before or after the start. Throws a usage error for a bad topic or expression. */
  subscribe(topic: string, expression = "*", type: ExpressionType = "TAG"): void {
    if (!isRetryTopic(topic)) checkTopic(topic);
    const version = this.client.clock.now();
    const known = this.subscriptions.has(topic);
    this.subscriptions.set(topic, buildSubscription(topic, expression, { type, version }));
    if (!this.joined) return;
    if (!known) this.client.routes.watch(topic);
    void membershipOf(this.client)
      .beat()
      .then(() => this.rebalance.soon());
  }

  unsubscribe(topic: string): void {
    if (this.subscriptions.delete(topic) && this.joined) {
      this.client.routes.unwatch(topic);
      void this.assign(topic, []);
    }
  }

  /** Resolves when the brokers know this consumer and it has taken its first queues. */
  async start(): Promise<void> {
    checkGroup(this.group);
    if (!membershipOf(this.client).addConsumer(this)) {
      throw new RocketmqError(
        `The consumer group[${this.group}] has been created before, specify another name please.`,
        { kind: "usage" },
      );
    }
    if (this.isClustering) this.subscribe(retryTopic(this.group));
    this.joined = true;
    this.trace?.start();
    serveBrokerCallbacks(this.client);
    const { routes, clock } = this.client;
    for (const topic of this.subscriptions.keys()) routes.watch(topic);
    this.persistTimer = clock.every(
      PERSIST_INTERVAL_MS,
      () => void this.persist(false),
      FIRST_PERSIST_MS,
    );
    this.locks?.start(() => this.processQueues);
    this.startExpiry();
    try {
      await this.meetBrokers();
    } catch (error) {
      await this.stop();
      throw error;
    }
    if (!this.isJoined) return; // stopped meanwhile
    this.endRouteListening = routes.onChange((topic) => {
      if (this.subscriptions.has(topic)) this.rebalance.soon();
    });
    await this.rebalance.start();
  }

  /**
   * Ends deliveries, waits for listener calls under way, commits what is done and takes leave of the brokers. What was
   * handed out and is not done is not committed.
   */
  async stop(): Promise<void> {
    if (!this.joined) return;
    this.joined = false;
    this.endRouteListening?.();
    this.persistTimer?.cancel();
    this.expiryTimer?.cancel();
    this.locks?.stop();
    this.delays.end();
    await this.rebalance.stop();
    await this.service.stop(this.options.stopWithinMs ?? 5000);
    await this.trace?.stop();
    await this.persist(true);
    for (const process of this.processes.values()) process.dropped = true;
    await this.unlock(this.processQueues);
    this.processes.clear();
    for (const topic of this.subscriptions.keys()) this.client.routes.unwatch(topic);
    await membershipOf(this.client).removeConsumer(this.group);
  }

  /** No further pulls until `resume`. */
  suspend(): void {
    this.suspended = true;
  }

  resume(): void {
    this.suspended = false;
  }

  get isSuspended(): boolean {
    return this.suspended;
  }

  /** Queues this consumer has now. */
  get queues(): MessageQueue[] {
    return [...this.processes.values()].map((one) => one.queue);
  }

  get processQueues(): readonly ProcessQueue[] {
    return [...this.processes.values()];
  }

  /** Whether this consumer has all that is its own of a topic now; the other queues are other members'. */
  sharing(topic: string): Sharing {
    return this.rebalance.sharing(topic);
  }

  get subscriptionList(): SubscriptionData[] {
    return [...this.subscriptions.values()];
  }

  get consumeFromWhere(): ConsumeFromWhere {
    return this.options.consumeFromWhere ?? "CONSUME_FROM_LAST_OFFSET";
  }

  /** What would be committed for a queue now. */
  knownOffset(queue: MessageQueue): number | undefined {
    return this.offsets.known(queue);
  }

  /** What brokers ask of it. */
  readonly callbacks: ConsumerCallbacks = {
    rebalanceSoon: () => {
      // whoever takes queues over from us asks for our offsets right now
      void this.persist(false);
      this.rebalance.soon();
    },
    resetOffsets: (entries) => this.resetOffsets(entries),
    offsetsOf: (topic) =>
      this.queues
        .filter((queue) => queue.topic === topic)
        .map((queue) => ({ queue, value: this.offsets.known(queue) ?? 0 })),
    runningInfo: () => runningInfo(this.client, this),
    consumeDirectly: (message) => consumeDirectly(this, message),
  };

  /** Starts over at other offsets: drops the queues with all that is in hand, commits, takes them anew. */
  async resetOffsets(entries: readonly QueueEntry<number>[]): Promise<void> {
    const moved: MessageQueue[] = [];
    const found = entries.flatMap(({ queue }) => this.processes.get(queueKey(queue)) ?? []);
    await Promise.all(found.map((process) => this.halt(process)));
    for (const { queue, value: offset } of entries) {
      const process = this.processes.get(queueKey(queue));
      if (process === undefined) continue;
      process.dropped = true;
      this.processes.delete(queueKey(queue));
      this.offsets.update(queue, offset, false);
      moved.push(queue);
    }
    await this.offsets.persist(moved, true);
    for (const queue of moved) this.offsets.forget(queue);
    this.rebalance.soon();
  }

  consumerData(): ConsumerData {
    return {
      groupName: this.group,
      consumeType: "CONSUME_PASSIVELY",
      messageModel: this.isClustering ? "CLUSTERING" : "BROADCASTING",
      consumeFromWhere: this.consumeFromWhere,
      unitMode: false,
      subscriptionDataSet: this.subscriptionList,
    };
  }

  private async persist(wait: boolean): Promise<void> {
    await this.offsets.persist(this.queues, wait);
  }

  /** Routes, the check of SQL expressions, and the first heartbeat. */
  private async meetBrokers(): Promise<void> {
    const { routes } = this.client;
    for (const [topic, subscription] of this.subscriptions) {
      const route = await routes.refresh(topic);
      const [broker] = route?.brokerDatas ?? [];
      if (subscription.expressionType === "TAG" || broker === undefined) continue;
      const replica = routes.replicaAddress(broker.brokerName);
      if (replica === undefined) continue;
      const content = {
        clientId: this.client.id,
        group: this.group,
        subscriptionData: subscription,
      };
      await this.client.remoting.call(replica.address, checkClientConfig, {}, { content });
    }
    await membershipOf(this.client).beat();
    // a new group's retry topic is made by that heartbeat
    if (this.isClustering) await routes.refresh(retryTopic(this.group)).catch(() => undefined);
  }

  private async assign(topic: string, queues: readonly MessageQueue[]): Promise<boolean> {
    const wanted = new Map(queues.map((queue) => [queueKey(queue), queue]));
    const lost = [...this.processes].filter(
      ([key, one]) => one.queue.topic === topic && !wanted.has(key),
    );
    await Promise.all(lost.map(([key, process]) => this.giveUp(key, process)));
    const taken = await Promise.all(
      [...wanted]
        .filter(([key]) => !this.processes.has(key))
        .map(([key, queue]) => this.takeUp(key, queue)),
    );
    return taken.every(Boolean);
  }

  private async giveUp(key: string, process: ProcessQueue): Promise<void> {
    await this.halt(process);
    process.dropped = true;
    this.processes.delete(key);
    await this.offsets.persist([process.queue], true);
    this.offsets.forget(process.queue);
    await this.unlock([process]);
  }

  /** Orderly: waits for the listener call under way, so that what it did is committed before another has the queue. */
  private async halt(process: ProcessQueue): Promise<void> {
    await this.orderly?.halt(process, HALT_MS);
  }

  /** Queues whose listener call still runs stay locked until the broker's lock runs out. */
  private async unlock(processes: readonly ProcessQueue[]): Promise<void> {
    await this.locks?.unlock(processes.filter((one) => this.orderly?.isIdle(one) === true));
  }

  private async takeUp(key: string, queue: MessageQueue): Promise<boolean> {
    const process = new ProcessQueue(queue, this.client.clock.now());
    if (!(await this.isOurs(process))) return false;
    let offset: number;
    try {
      this.offsets.forget(queue);
      offset = await firstOffset(this.client, queue, {
        offsets: this.offsets,
        consumeFromWhere: this.consumeFromWhere,
        consumeTimestamp: this.options.consumeTimestamp ?? this.startedMs - HALF_HOUR_MS,
      });
    } catch (error) {
      this.client.logger.warn("queue not taken yet", { ...queue, error: messageOf(error) });
      return false;
    }
    this.processes.set(key, process);
    const loop = new PullLoop(this.client, process, { ...this.loopOptions(queue.topic), offset });
    void loop.run();
    return true;
  }

  /** Orderly: has the broker given the queue to this client? */
  private async isOurs(process: ProcessQueue): Promise<boolean> {
    if (this.locks === undefined) return true;
    await this.locks.lock([process]);
    return this.locks.isHeld(process);
  }

  private startExpiry(): void {
    if (this.isOrderly || !this.isClustering) return;
    const { clock } = this.client;
    const timeoutMs = this.options.consumeTimeoutMs ?? CONSUME_TIMEOUT_MS;
    const options = { clock, timeoutMs, offsets: this.offsets, giveBack: this.giveBack };
    this.expiryTimer = clock.every(timeoutMs, () => {
      for (const process of this.processes.values()) void giveBackExpired(process, options);
    });
  }

  private loopOptions(topic: string) {
    return {
      group: this.group,
      limits: this.limits,
      clustering: this.isClustering,
      offsets: this.offsets,
      service: this.service,
      stats: this.stats,
      delays: this.delays,
      subscription: () => this.subscriptions.get(topic),
      isSuspended: () => this.suspended,
      isLocked: (process: ProcessQueue) => this.locks?.isHeld(process) ?? true,
      moved: (process: ProcessQueue, offset: number) =>
        void this.resetOffsets([{ queue: process.queue, value: offset }]),
    };
  }

  private createOffsets(): OffsetStore {
    if (this.isClustering) return new BrokerOffsetStore(this.client, this.group);
    return new LocalOffsetStore({
      files: this.options.files ?? realFiles,
      logger: this.client.logger,
      clientId: this.client.id,
      group: this.group,
      folder: this.options.offsetFolder,
    });
  }

  private createService(): ConsumeService {
    return new ConsumeService({
      ...this.serviceOptions(),
      giveBack: this.isClustering ? this.giveBack : undefined,
    });
  }

  private createOrderlyService(): OrderlyConsumeService {
    return new OrderlyConsumeService({
      ...this.serviceOptions(),
      locks: this.locks,
      suspendMs: this.options.suspendMs ?? 1000,
      maxReconsumeTimes: this.maxReconsumeTimes,
      sendAway: (message) =>
        sendToRetry(this.client, message, {
          group: this.group,
          maxReconsumeTimes: this.maxReconsumeTimes,
          reconsumeTimes: message.reconsumeTimes,
        }),
    });
  }

  private serviceOptions() {
    return {
      clock: this.client.clock,
      logger: this.client.logger,
      listener: this.tracedListener(),
      offsets: this.offsets,
      stats: this.stats,
      delays: this.delays,
      concurrency: this.concurrency,
      batchSize: this.options.consumeBatchSize ?? 1,
    };
  }

  private get maxReconsumeTimes(): number {
    const { maxReconsumeTimes = -1 } = this.options;
    if (maxReconsumeTimes >= 0) return maxReconsumeTimes;
    return this.isOrderly ? INT_MAX : DEFAULT_MAX_RECONSUME_TIMES;
  }

  private readonly giveBack = (message: ReceivedMessage, delayLevel: number): Promise<boolean> =>
    giveBack(this.client, message, {
      group: this.group,
      delayLevel,
      maxReconsumeTimes: this.maxReconsumeTimes,
    });

  private tracedListener(): MessageListener {
    const { client, trace, group, listener } = this;
    return trace === undefined ? listener : tracedListener(listener, { client, trace, group });
  }
}
