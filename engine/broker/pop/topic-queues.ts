/** Queues of a topic at all brokers. Upstream: TopicRouteInfoManager. */
import { messageOf } from "../../base/errors.js";
import { subscribeQueues } from "../../client/route-rules.js";
import type { MessageQueue } from "../../protocol/bodies/message-queue.js";
import { getRouteinfoByTopic } from "../../protocol/requests/get-routeinfo-by-topic.js";
import { type BrokerContext, PERM_READ } from "../broker-context.js";

/** A route is asked for again after this time (pollNameServerInterval). */
const FRESH_MS = 30_000;
const TIMEOUT_MS = 2000;
const MOST_TOPICS = 10_000;

interface Known {
  queues: MessageQueue[];
  untilMs: number;
}

type Used = Pick<
  BrokerContext,
  "clock" | "config" | "logger" | "registration" | "remoting" | "topics"
>;

export class TopicQueues {
  private readonly context: Used;
  private readonly known = new Map<string, Known>();

  constructor(context: Used) {
    this.context = context;
  }

  /** Undefined when no broker has the topic. Without name servers this broker's own queues are all there are. */
  async of(topic: string): Promise<MessageQueue[] | undefined> {
    const { clock, registration } = this.context;
    if (registration.addresses.length === 0) return this.own(topic);
    const known = this.known.get(topic);
    if (known !== undefined && clock.now() < known.untilMs) return known.queues;
    const queues = await this.ask(topic);
    if (queues === undefined) return known?.queues ?? this.own(topic);
    if (this.known.size >= MOST_TOPICS) this.known.clear();
    this.known.set(topic, { queues, untilMs: clock.now() + FRESH_MS });
    return queues;
  }

  private async ask(topic: string): Promise<MessageQueue[] | undefined> {
    const { logger, registration, remoting } = this.context;
    for (const address of registration.addresses) {
      try {
        const options = { timeoutMs: TIMEOUT_MS };
        const answer = await remoting.call(address, getRouteinfoByTopic, { topic }, options);
        return subscribeQueues(topic, answer.content());
      } catch (error) {
        logger.warn("no route for an assignment", { topic, address, error: messageOf(error) });
      }
    }
    return undefined;
  }

  private own(name: string): MessageQueue[] | undefined {
    const { config, topics } = this.context;
    const topic = topics.get(name);
    if (topic === undefined || (topic.perm & PERM_READ) === 0) return undefined;
    return Array.from({ length: topic.readQueueNums }, (_, queueId) => ({
      topic: name,
      brokerName: config.brokerName,
      queueId,
    }));
  }
}
