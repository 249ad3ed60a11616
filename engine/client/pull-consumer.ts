/**
 * Reads queues that the caller names, from offsets that the caller names. Upstream: DefaultMQPullConsumer. There is no
 * rebalance; with `register` the group shows up at the brokers as an active consumer.
 */
import type { Service } from "../base/service.js";
import type { ConsumerData, SubscriptionData } from "../protocol/bodies/heartbeat-data.js";
import type { Client } from "./client.js";
import { membershipOf } from "./membership.js";
import type { MessageQueue } from "./message-queue.js";
import { checkGroup } from "./name-rules.js";
import { pull, type PullResult } from "./pull-call.js";
import {
  commitOffset,
  committedOffset,
  earliestStoreTime,
  maxOffset,
  minOffset,
  offsetByTime,
} from "./queue-offsets.js";
import { buildSubscription, type ExpressionType } from "./subscription.js";

export interface PullConsumerOptions {
  group: string;
  /** Tell the brokers about this consumer by heartbeats; default true. */
  register?: boolean;
  messageModel?: "CLUSTERING" | "BROADCASTING";
}

export interface PullOptions {
  /** Default 32. */
  maxCount?: number;
  /** Tag expression or SQL; default `*`. */
  expression?: string;
  expressionType?: ExpressionType;
  /** How long the broker may wait for a message (ms); default 0: answer at once. */
  suspendMs?: number;
  /** Default 10 s, with `suspendMs` at least 10 s more than that. */
  timeoutMs?: number;
  brokerId?: number;
}

export class PullConsumer implements Service {
  readonly group: string;
  private readonly client: Client;
  private readonly options: PullConsumerOptions;
  private joined = false;
  /** By topic and expression: a stable version per subscription, as brokers compare them. */
  private readonly subscriptions = new Map<string, SubscriptionData>();

  constructor(client: Client, options: PullConsumerOptions) {
    this.client = client;
    this.options = options;
    this.group = options.group;
  }

  /** A second one of a group in one client goes along with the first: brokers hear of the first only. */
  start(): void {
    checkGroup(this.group);
    if (this.options.register === false) return;
    this.joined = membershipOf(this.client).addConsumer({
      group: this.group,
      consumerData: () => this.consumerData(),
    });
  }

  async stop(): Promise<void> {
    if (!this.joined) return;
    this.joined = false;
    await membershipOf(this.client).removeConsumer(this.group);
  }

  /** Readable queues of a topic, sorted. Throws not-found without a route. */
  queues(topic: string): Promise<MessageQueue[]> {
    return this.client.routes.subscribeQueues(topic);
  }

  /** Messages from `offset` on. Rejects with ResponseError or UnreachableError. */
  pull(queue: MessageQueue, offset: number, options: PullOptions = {}): Promise<PullResult> {
    const suspendMs = options.suspendMs ?? 0;
    return pull(this.client, {
      group: this.group,
      queue,
      offset,
      maxCount: options.maxCount ?? 32,
      subscription: this.subscription(queue.topic, options),
      sendExpression: true,
      suspendMs,
      timeoutMs: Math.max(options.timeoutMs ?? 10_000, suspendMs === 0 ? 0 : suspendMs + 10_000),
      brokerId: options.brokerId,
    });
  }

  minOffset(queue: MessageQueue): Promise<number> {
    return minOffset(this.client, queue);
  }

  maxOffset(queue: MessageQueue): Promise<number> {
    return maxOffset(this.client, queue);
  }

  /** Queue offset of the first message stored at `timestamp` (ms) or later. */
  offsetByTime(queue: MessageQueue, timestamp: number): Promise<number> {
    return offsetByTime(this.client, queue, timestamp);
  }

  earliestStoreTime(queue: MessageQueue): Promise<number> {
    return earliestStoreTime(this.client, queue);
  }

  /** What the group has committed; undefined when nothing. */
  committedOffset(queue: MessageQueue): Promise<number | undefined> {
    return committedOffset(this.client, this.group, queue);
  }

  commitOffset(queue: MessageQueue, offset: number): Promise<void> {
    return commitOffset(this.client, this.group, { queue, offset });
  }

  private subscription(topic: string, options: PullOptions): SubscriptionData {
    const { expression = "*", expressionType = "TAG" } = options;
    const key = `${topic}\u0001${expressionType}\u0001${expression}`;
    let subscription = this.subscriptions.get(key);
    if (subscription === undefined) {
      const version = this.client.clock.now();
      subscription = buildSubscription(topic, expression, { type: expressionType, version });
      this.subscriptions.set(key, subscription);
    }
    return subscription;
  }

  private consumerData(): ConsumerData {
    return {
      groupName: this.group,
      consumeType: "CONSUME_ACTIVELY",
      messageModel: this.options.messageModel ?? "CLUSTERING",
      consumeFromWhere: "CONSUME_FROM_LAST_OFFSET",
      unitMode: false,
      subscriptionDataSet: [
        ...new Map([...this.subscriptions.values()].map((s) => [s.topic, s])).values(),
      ],
    };
  }
}
