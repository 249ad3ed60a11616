/** Keeps one queue's messages coming. Upstream: PullMessageService, DefaultMQPushConsumerImpl.pullMessage. */
import { messageOf } from "../base/errors.js";
import type { SubscriptionData } from "../protocol/bodies/heartbeat-data.js";
import { ResponseCode } from "../protocol/response-codes.js";
import { ResponseError } from "../remoting/response-error.js";
import type { Client } from "./client.js";
import type { Consuming } from "./consume-service.js";
import type { ConsumeStats } from "./consume-stats.js";
import type { Delays } from "./delays.js";
import { membershipOf } from "./membership.js";
import type { OffsetStore } from "./offset-store.js";
import type { ProcessQueue } from "./process-queue.js";
import { pull, type PullResult } from "./pull-call.js";
import { restoreTopic } from "./received-message.js";

export interface PullLimits {
  /** Messages per pull; default 32. */
  pullBatchSize: number;
  /** Messages of one queue in hand at most; default 1000. */
  maxCachedMessages: number;
  /** Bytes of one queue in hand at most; default 100 MiB. */
  maxCachedBytes: number;
  /** Distance of the oldest to the newest message in hand at most; default 2000. */
  maxOffsetSpan: number;
  /** How long a broker may hold a pull; default 15 s. */
  brokerSuspendMs: number;
}

export const DEFAULT_PULL_LIMITS: PullLimits = {
  pullBatchSize: 32,
  maxCachedMessages: 1000,
  maxCachedBytes: 100 * 1024 * 1024,
  maxOffsetSpan: 2000,
  brokerSuspendMs: 15_000,
};

const FULL_WAIT_MS = 50;
const SUSPENDED_WAIT_MS = 1000;
const UNLOCKED_WAIT_MS = 3000;
const ERROR_WAIT_MS = 1000;
const BROKER_FLOW_CONTROL_WAIT_MS = 20;
/** A pull's deadline beyond the time the broker may hold it. */
const ANSWER_MARGIN_MS = 15_000;

/** Answers of a broker that has not had our heartbeat, or forgot it. */
const FORGOTTEN: readonly number[] = [
  ResponseCode.SUBSCRIPTION_NOT_EXIST,
  ResponseCode.SUBSCRIPTION_NOT_LATEST,
  ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST,
];

export interface PullLoopOptions {
  group: string;
  limits: PullLimits;
  /** Offsets live at the brokers: commit on the way. */
  clustering: boolean;
  offsets: OffsetStore;
  service: Consuming;
  stats: ConsumeStats;
  delays: Delays;
  subscription: () => SubscriptionData | undefined;
  isSuspended: () => boolean;
  /** False while the queue may be another's (orderly). */
  isLocked: (process: ProcessQueue) => boolean;
  /** The offset was not right while messages were in hand: give the queue up and take it anew from there. */
  moved: (process: ProcessQueue, offset: number) => void;
}

export class PullLoop {
  private readonly client: Client;
  private readonly process: ProcessQueue;
  private readonly options: PullLoopOptions;
  private nextOffset: number;
  private brokerId = 0;

  constructor(
    client: Client,
    process: ProcessQueue,
    options: PullLoopOptions & { offset: number },
  ) {
    this.client = client;
    this.process = process;
    this.options = options;
    this.nextOffset = options.offset;
  }

  /** Until the queue is dropped or the consumer stops. */
  async run(): Promise<void> {
    while (!this.process.dropped && !this.options.delays.hasEnded) {
      const waitMs = await this.step();
      if (waitMs > 0) await this.options.delays.wait(waitMs);
    }
  }

  /** One pull; returns how long to wait before the next (ms). */
  private async step(): Promise<number> {
    const { options, process, client } = this;
    if (options.isSuspended()) return SUSPENDED_WAIT_MS;
    if (!options.isLocked(process)) return UNLOCKED_WAIT_MS;
    if (this.isFull()) return FULL_WAIT_MS;
    const subscription = options.subscription();
    if (subscription === undefined) return ERROR_WAIT_MS;
    const begin = client.clock.now();
    process.lastPullMs = begin;
    process.nextPullOffset = this.nextOffset;
    try {
      const result = await this.pull(subscription);
      if (process.dropped) return 0;
      process.failure = undefined;
      this.brokerId = result.suggestedBrokerId;
      if (result.status === "FOUND") {
        options.stats.pulled(
          process.queue.topic,
          result.messages.length,
          client.clock.now() - begin,
        );
      }
      this.take(result);
      return 0;
    } catch (error) {
      return process.dropped ? 0 : this.afterFailure(error);
    }
  }

  private pull(subscription: SubscriptionData): Promise<PullResult> {
    const { options, process } = this;
    const { limits } = options;
    return pull(this.client, {
      group: options.group,
      queue: process.queue,
      offset: this.nextOffset,
      maxCount: limits.pullBatchSize,
      subscription,
      sendExpression: false,
      commitOffset: options.clustering ? options.offsets.known(process.queue) : undefined,
      suspendMs: limits.brokerSuspendMs,
      timeoutMs: limits.brokerSuspendMs + ANSWER_MARGIN_MS,
      brokerId: this.brokerId,
    });
  }

  private take(result: PullResult): void {
    const { options, process } = this;
    if (result.status === "OFFSET_ILLEGAL") return this.correct(result.nextBeginOffset);
    this.nextOffset = result.nextBeginOffset;
    if (result.messages.length > 0) {
      for (const message of result.messages) restoreTopic(message, options.group);
      process.put(result.messages);
      process.nextPullOffset = this.nextOffset;
      options.service.submit(result.messages, process);
    } else if (process.count === 0) {
      // what was filtered out is done too (upstream: correctTagsOffset)
      options.offsets.update(process.queue, this.nextOffset, true);
    }
  }

  /** With nothing in hand there is nothing to be confused, so it goes on at once; upstream waits ten seconds. */
  private correct(offset: number): void {
    const { options, process, client } = this;
    client.logger.info("offset corrected by the broker", {
      ...process.queue,
      from: this.nextOffset,
      to: offset,
    });
    if (process.count > 0) return options.moved(process, offset);
    this.nextOffset = offset;
    options.offsets.update(process.queue, offset, false);
    void options.offsets.persist([process.queue], false);
  }

  private async afterFailure(error: unknown): Promise<number> {
    const { queue } = this.process;
    this.client.logger.warn("pull failed", { ...queue, error: messageOf(error) });
    this.process.failure = error;
    this.brokerId = 0;
    if (!(error instanceof ResponseError)) {
      await this.client.routes.refresh(queue.topic).catch(() => undefined);
      return ERROR_WAIT_MS;
    }
    if (FORGOTTEN.includes(error.code)) await membershipOf(this.client).beatTo(error.address);
    const isFlowControl =
      error.code === ResponseCode.FLOW_CONTROL || error.code === ResponseCode.SYSTEM_BUSY;
    return isFlowControl ? BROKER_FLOW_CONTROL_WAIT_MS : ERROR_WAIT_MS;
  }

  private isFull(): boolean {
    const { limits } = this.options;
    const { process } = this;
    return (
      process.count > limits.maxCachedMessages ||
      process.cachedBytes > limits.maxCachedBytes ||
      process.span > limits.maxOffsetSpan
    );
  }
}
