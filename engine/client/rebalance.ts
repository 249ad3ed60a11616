/** Which queues are this client's. Upstream: RebalanceImpl.rebalanceByTopic, RebalanceService. */
import type { Timer } from "../base/clock.js";
import { messageOf } from "../base/errors.js";
import type { TopicRouteData } from "../protocol/bodies/topic-route-data.js";
import { getConsumerListByGroup } from "../protocol/requests/get-consumer-list-by-group.js";
import type { AllocateStrategy } from "./allocate.js";
import type { Client } from "./client.js";
import { compareText, type MessageQueue } from "./message-queue.js";

export const REBALANCE_INTERVAL_MS = 20_000;
const MIN_INTERVAL_MS = 1000;

/** What became of one topic: shared out, to be tried again soon, or nobody knows the topic yet. */
type Outcome = "balanced" | "unbalanced" | "missing";

/** How far the sharing out of one topic's queues has come. */
export interface Sharing {
  /** The last run saw this client among the members and took all that is its own; no further run is due. */
  settled: boolean;
  /** What hindered the last run. */
  failure: Error | undefined;
}

export interface RebalanceOptions {
  group: string;
  strategy: AllocateStrategy;
  /** Every member takes all queues. */
  broadcasting: boolean;
  topics: () => readonly string[];
  /** Takes the queues of one topic, gives up others; false when some could not be taken yet. */
  assign: (topic: string, queues: readonly MessageQueue[]) => Promise<boolean>;
}

export class Rebalance {
  private readonly client: Client;
  private readonly options: RebalanceOptions;
  private timer: Timer | undefined;
  private running: Promise<void> | undefined;
  /** Asked for since the last run began: what that run saw may be old. */
  private wanted = false;
  private readonly outcomes = new Map<string, Outcome>();
  private readonly failures = new Map<string, Error>();
  private lastMs = 0;
  /** Grows while a topic has no route, so that one that comes late is found sooner than every 20 s. */
  private missingWaitMs = MIN_INTERVAL_MS;
  private stopped = false;

  constructor(client: Client, options: RebalanceOptions) {
    this.client = client;
    this.options = options;
  }

  /** Runs once now; from then on every 20 s and when asked. */
  start(): Promise<void> {
    return this.run();
  }

  /** Runs as soon as a second has passed since the last time. */
  soon(): void {
    this.wanted = true;
    if (this.running !== undefined) return;
    this.schedule(Math.max(0, this.lastMs + MIN_INTERVAL_MS - this.client.clock.now()));
  }

  /** What became of a topic. */
  sharing(topic: string): Sharing {
    const isDue = this.wanted || this.running !== undefined;
    return {
      settled: !isDue && this.outcomes.get(topic) === "balanced",
      failure: this.failures.get(topic),
    };
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.timer?.cancel();
    await this.running;
  }

  private schedule(afterMs: number): void {
    this.timer?.cancel();
    if (this.stopped) return;
    this.timer = this.client.clock.after(afterMs, () => void this.run());
  }

  private async run(): Promise<void> {
    if (this.running !== undefined) return;
    this.wanted = false;
    const outcomes = new Set<Outcome>();
    this.running = (async () => {
      for (const topic of this.options.topics()) {
        const outcome = await this.topic(topic);
        this.outcomes.set(topic, outcome);
        outcomes.add(outcome);
      }
    })();
    await this.running;
    this.running = undefined;
    this.lastMs = this.client.clock.now();
    this.schedule(this.nextAfter(outcomes));
  }

  private nextAfter(outcomes: ReadonlySet<Outcome>): number {
    if (!outcomes.has("missing")) this.missingWaitMs = MIN_INTERVAL_MS;
    if (this.wanted || outcomes.has("unbalanced")) return MIN_INTERVAL_MS;
    if (!outcomes.has("missing")) return REBALANCE_INTERVAL_MS;
    this.missingWaitMs = Math.min(2 * this.missingWaitMs, REBALANCE_INTERVAL_MS);
    return this.missingWaitMs;
  }

  private async topic(topic: string): Promise<Outcome> {
    const { group, strategy, assign, broadcasting } = this.options;
    try {
      const route = await this.client.routes.find(topic);
      const queues = this.client.routes.knownSubscribeQueues(topic);
      if (route === undefined || queues === undefined) return "missing";
      const clientIds = broadcasting ? [] : await this.members(route);
      if (this.stopped) return "balanced";
      if (!broadcasting && !clientIds.includes(this.client.id)) return "unbalanced";
      const mine = broadcasting
        ? queues
        : strategy.allocate({ group, clientId: this.client.id, queues, clientIds });
      if (!(await assign(topic, mine))) return "unbalanced";
      this.failures.delete(topic);
      return "balanced";
    } catch (error) {
      this.client.logger.warn("queues not shared out", { topic, error: messageOf(error) });
      if (error instanceof Error) this.failures.set(topic, error);
      return "unbalanced";
    }
  }

  /** Ids of the group's members as any broker of the topic knows them, sorted. */
  private async members(route: TopicRouteData): Promise<string[]> {
    const brokerNames = route.brokerDatas.map((one) => one.brokerName);
    const start = Math.floor(Math.random() * Math.max(1, brokerNames.length));
    let failure: Error | undefined;
    for (let i = 0; i < brokerNames.length; i++) {
      const brokerName = brokerNames[(start + i) % brokerNames.length] ?? "";
      const replica = this.client.routes.replicaAddress(brokerName);
      if (replica === undefined) continue;
      try {
        const header = { consumerGroup: this.options.group };
        const answer = await this.client.remoting.call(
          replica.address,
          getConsumerListByGroup,
          header,
        );
        return answer.content().consumerIdList.sort(compareText);
      } catch (error) {
        failure = error as Error;
      }
    }
    if (failure !== undefined) throw failure;
    return [];
  }
}
