/** Sends messages. Upstream: DefaultMQProducer, DefaultMQProducerImpl. */
import { messageOf, RocketmqError } from "../base/errors.js";
import type { Service } from "../base/service.js";
import type { CompressionType } from "../message/compression/body.js";
import { UniqKeyGenerator } from "../message/uniq-key.js";
import { ResponseCode } from "../protocol/response-codes.js";
import { ResponseError } from "../remoting/response-error.js";
import { checkBatch } from "./batch.js";
import type { Client } from "./client.js";
import { FaultTolerance } from "./fault-tolerance.js";
import { membershipOf } from "./membership.js";
import type { MessageQueue } from "./message-queue.js";
import { checkGroup } from "./name-rules.js";
import {
  checkMessage,
  DEFAULT_MAX_MESSAGE_SIZE,
  type OutgoingMessage,
} from "./outgoing-message.js";
import { QueueChoice } from "./queue-choice.js";
import { TEMPLATE_TOPIC } from "./route-table.js";
import {
  prepareBatch,
  prepareSend,
  type PreparedSend,
  sendAndForget,
  sendOnce,
} from "./send-call.js";
import type { SendResult } from "./send-result.js";
import { Trace, TRACE_TIMEOUT_MS, traceGroup } from "./trace/trace.js";
import { traceSend } from "./trace/traced-send.js";

export interface ProducerOptions {
  /** Producer group. */
  group: string;
  /** Deadline of one send with all its attempts; default 3000 ms. */
  sendTimeoutMs?: number;
  /** Further attempts after the first, on another broker where there is one; default 2. */
  retryTimes?: number;
  /** Bodies of at least this many bytes are compressed; default 4096. */
  compressOverBytes?: number;
  /** How; default zlib, the only one that clients before 5.0 can undo. */
  compression?: CompressionType;
  /** Default 4 MiB. */
  maxMessageSize?: number;
  /** Queues asked for when sending creates the topic; default 4. */
  defaultTopicQueueNums?: number;
  /** Template of topics created by sending; default TBW102. */
  templateTopic?: string;
  /** Try another broker also when a message was stored but not flushed or replicated in time; default false. */
  retryWhenNotStoredOk?: boolean;
  /** Avoid slow and failing brokers for a while; default false. */
  latencyFaultTolerance?: boolean;
  /** Topic that sends are traced to, e.g. RMQ_SYS_TRACE_TOPIC; default none. */
  traceTopic?: string | undefined;
}

export interface SendOptions {
  /** Send to exactly this queue, without another attempt elsewhere. */
  queue?: MessageQueue;
  /** Choose the queue, e.g. by an order id; no other attempt elsewhere. */
  select?: (queues: readonly MessageQueue[]) => MessageQueue;
  timeoutMs?: number;
}

/** Answers after which another broker may do better (spec: remoting 7.4). */
const RETRY_CODES: ReadonlySet<number> = new Set([
  ResponseCode.SYSTEM_ERROR,
  ResponseCode.SYSTEM_BUSY,
  ResponseCode.SERVICE_NOT_AVAILABLE,
  ResponseCode.NO_PERMISSION,
  ResponseCode.TOPIC_NOT_EXIST,
  ResponseCode.NO_BUYER_ID,
  ResponseCode.NOT_IN_CURRENT_UNIT,
  ResponseCode.GO_AWAY,
]);

export class Producer implements Service {
  private readonly client: Client;
  private readonly options: Required<Omit<ProducerOptions, "traceTopic">>;
  private readonly faults: FaultTolerance | undefined;
  private readonly choices = new Map<string, QueueChoice>();
  private readonly watched = new Set<string>();
  private readonly nextId: () => string;
  /** Where sends are traced to, if they are. */
  readonly trace: Trace | undefined;
  private endRouteListening: (() => void) | undefined;

  constructor(client: Client, options: ProducerOptions) {
    this.client = client;
    this.options = {
      sendTimeoutMs: 3000,
      retryTimes: 2,
      compressOverBytes: 4096,
      compression: "zlib",
      maxMessageSize: DEFAULT_MAX_MESSAGE_SIZE,
      defaultTopicQueueNums: 4,
      templateTopic: TEMPLATE_TOPIC,
      retryWhenNotStoredOk: false,
      latencyFaultTolerance: false,
      ...options,
    };
    const ids = new UniqKeyGenerator({ clock: client.clock });
    this.nextId = () => ids.next();
    this.faults = this.options.latencyFaultTolerance ? new FaultTolerance(client.clock) : undefined;
    this.trace = traceOf(client, options.traceTopic, () => traceGroup(options.group, "PRODUCE"));
  }

  /** Registers the group; brokers learn of it with the first route. Throws a usage error for a bad group name. */
  start(): void {
    checkGroup(this.options.group);
    this.endRouteListening = this.client.routes.onChange((topic) => this.choices.delete(topic));
    membershipOf(this.client).addProducer(this.options.group);
    this.trace?.start();
  }

  async stop(): Promise<void> {
    if (this.endRouteListening === undefined) return;
    await this.trace?.stop();
    this.endRouteListening();
    this.endRouteListening = undefined;
    for (const topic of this.watched) this.client.routes.unwatch(topic);
    this.watched.clear();
    await membershipOf(this.client).removeProducer(this.options.group);
  }

  /**
   * Sends one message and resolves when a broker has stored it. Rejects with a usage error for a message nobody would
   * take, ResponseError when brokers refused, UnreachableError when none answered in time.
   */
  async send(message: OutgoingMessage, options: SendOptions = {}): Promise<SendResult> {
    checkMessage(message, this.options.maxMessageSize);
    return this.deliver(await this.prepare(message), options);
  }

  /** Sends messages of one topic in one request; they end up next to each other in one queue. */
  async sendBatch(
    messages: readonly OutgoingMessage[],
    options: SendOptions = {},
  ): Promise<SendResult> {
    checkBatch(messages);
    for (const message of messages) checkMessage(message, this.options.maxMessageSize);
    const send = prepareBatch(messages, { nextId: this.nextId });
    if (send.body.length > this.options.maxMessageSize) {
      throw new RocketmqError(
        `the message body size over max value, MAX: ${this.options.maxMessageSize}`,
        { kind: "usage", hint: "split the batch" },
      );
    }
    return this.deliver(send, options);
  }

  /** Sends without waiting for an answer. */
  async sendOneway(message: OutgoingMessage, options: SendOptions = {}): Promise<void> {
    checkMessage(message, this.options.maxMessageSize);
    const send = await this.prepare(message);
    const queue = await this.queueFor(send, options);
    await sendAndForget(this.client, send, await this.targetOf(queue));
  }

  /** Queues a topic can be sent to now. */
  async queues(topic: string): Promise<readonly MessageQueue[]> {
    return (await this.choiceOf(topic)).queues;
  }

  private prepare(message: OutgoingMessage): Promise<PreparedSend> {
    const { nextId, options } = this;
    const { compressOverBytes, compression } = options;
    return prepareSend(message, { nextId, compressOverBytes, compression });
  }

  private async deliver(send: PreparedSend, options: SendOptions): Promise<SendResult> {
    const started = this.client.clock.now();
    const timeoutMs = options.timeoutMs ?? this.options.sendTimeoutMs;
    const attempts = options.queue || options.select ? 1 : 1 + this.options.retryTimes;
    const tried: string[] = [];
    let failure: unknown;
    for (let attempt = 0; attempt < attempts; attempt++) {
      const queue = await this.queueFor(send, options, tried.at(-1));
      const leftMs = timeoutMs - (this.client.clock.now() - started);
      if (leftMs <= 0) break;
      tried.push(queue.brokerName);
      try {
        const result = await this.attempt(send, queue, leftMs);
        const isFinal = result.status === "SEND_OK" || !this.options.retryWhenNotStoredOk;
        if (isFinal || attempt === attempts - 1) return result;
      } catch (error) {
        failure = error;
        if (!this.mayTryAgain(error, send.topic)) throw error;
      }
    }
    throw this.gaveUp(send.topic, failure, { tried, costMs: this.client.clock.now() - started });
  }

  private async attempt(
    send: PreparedSend,
    queue: MessageQueue,
    timeoutMs: number,
  ): Promise<SendResult> {
    const begin = this.client.clock.now();
    const cost = (): number => this.client.clock.now() - begin;
    try {
      const target = await this.targetOf(queue);
      const result = await sendOnce(this.client, send, { ...target, timeoutMs });
      this.faults?.record(queue.brokerName, cost(), false);
      if (this.trace !== undefined) {
        const { address, producerGroup: group } = target;
        const end = this.client.clock.now();
        traceSend(this.trace, send, { result, group, address, begin, end });
      }
      return result;
    } catch (error) {
      this.faults?.record(queue.brokerName, cost(), !(error instanceof ResponseError));
      throw error;
    }
  }

  private mayTryAgain(error: unknown, topic: string): boolean {
    if (error instanceof ResponseError) {
      if (error.code === ResponseCode.TOPIC_NOT_EXIST)
        void this.client.routes.refresh(topic).catch(() => undefined);
      return RETRY_CODES.has(error.code);
    }
    return error instanceof RocketmqError && error.kind === "unreachable";
  }

  private gaveUp(
    topic: string,
    failure: unknown,
    how: { tried: readonly string[]; costMs: number },
  ): unknown {
    if (failure instanceof ResponseError && how.tried.length === 1) return failure;
    const reason = failure === undefined ? "" : `: ${messageOf(failure)}`;
    return new RocketmqError(
      `sent ${how.tried.length} times and failed, cost ${how.costMs} ms, topic ${topic}, brokers [${how.tried.join(", ")}]${reason}`,
      {
        kind: failure instanceof RocketmqError ? failure.kind : "unreachable",
        cause: failure,
      },
    );
  }

  private async queueFor(
    send: PreparedSend,
    options: SendOptions,
    avoid?: string,
  ): Promise<MessageQueue> {
    if (options.queue !== undefined) return options.queue;
    const choice = await this.choiceOf(send.topic);
    const queue = options.select
      ? options.select(choice.queues)
      : choice.select(avoid, this.faults);
    if (queue !== undefined) return queue;
    throw new RocketmqError(
      `No route info of this topic: ${send.topic} (it has no queue that can be written)`,
      {
        kind: "failed",
        hint: "see topicRoute: the permission of its queues, and whether their brokers have a master",
      },
    );
  }

  private async choiceOf(topic: string): Promise<QueueChoice> {
    let choice = this.choices.get(topic);
    if (choice === undefined) {
      const { templateTopic, defaultTopicQueueNums } = this.options;
      const queues = await this.client.routes.publishQueues(topic, {
        templateTopic,
        defaultTopicQueueNums,
      });
      choice = this.choices.get(topic) ?? new QueueChoice(queues);
      this.choices.set(topic, choice);
      this.watch(topic);
    }
    return choice;
  }

  private watch(topic: string): void {
    if (this.watched.has(topic)) return;
    this.watched.add(topic);
    this.client.routes.watch(topic);
  }

  private async targetOf(queue: MessageQueue) {
    const { templateTopic, defaultTopicQueueNums, group } = this.options;
    const address =
      this.client.routes.masterAddress(queue.brokerName) ??
      (await this.client.routes.masterOf(queue));
    return { queue, address, producerGroup: group, templateTopic, defaultTopicQueueNums };
  }
}

/** A trace with a producer of its own, which is not traced; none without a topic. */
export function traceOf(
  client: Client,
  topic: string | undefined,
  group: () => string,
): Trace | undefined {
  if (topic === undefined) return undefined;
  const producer = new Producer(client, { group: group(), sendTimeoutMs: TRACE_TIMEOUT_MS });
  return new Trace(client, { topic, producer });
}
