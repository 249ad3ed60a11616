/** Which queues are this client's. Upstream: RebalanceImpl.rebalanceByTopic, RebalanceService. */
import type { Timer } from "../base/clock.js";
import { messageOf } from "../base/errors.js";
import { getConsumerListByGroup } from "../protocol/requests/get-consumer-list-by-group.js";
import type { AllocateStrategy } from "./allocate.js";
import type { Client } from "./client.js";
import { compareText, type MessageQueue } from "./message-queue.js";

export const REBALANCE_INTERVAL_MS = 20_000;
const MIN_INTERVAL_MS = 1000;

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
  private lastMs = 0;
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
    this.schedule(Math.max(0, this.lastMs + MIN_INTERVAL_MS - this.client.clock.now()));
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
    if (this.running !== undefined) return this.schedule(MIN_INTERVAL_MS);
    let balanced = true;
    this.running = (async () => {
      for (const topic of this.options.topics()) {
        if (!(await this.topic(topic))) balanced = false;
      }
    })();
    await this.running;
    this.running = undefined;
    this.lastMs = this.client.clock.now();
    this.schedule(balanced ? REBALANCE_INTERVAL_MS : MIN_INTERVAL_MS);
  }

  private async topic(topic: string): Promise<boolean> {
    try {
      const route = await this.client.routes.find(topic);
      const queues = this.client.routes.knownSubscribeQueues(topic);
      if (route === undefined || queues === undefined || this.stopped) return true;
      if (this.options.broadcasting) return await this.options.assign(topic, queues);
      const clientIds = await this.members(route.brokerDatas.map((one) => one.brokerName));
      if (!clientIds.includes(this.client.id) || this.stopped) return false;
      const { group, strategy, assign } = this.options;
      return await assign(topic, strategy.allocate({ group, clientId: this.client.id, queues, clientIds }));
    } catch (error) {
      this.client.logger.warn("queues not shared out", { topic, error: messageOf(error) });
      return false;
    }
  }

  /** Ids of the group's members as any broker of the topic knows them, sorted. */
  private async members(brokerNames: readonly string[]): Promise<string[]> {
    const start = Math.floor(Math.random() * Math.max(1, brokerNames.length));
    let failure: unknown;
    for (let i = 0; i < brokerNames.length; i++) {
      const brokerName = brokerNames[(start + i) % brokerNames.length] ?? "";
      const replica = this.client.routes.replicaAddress(brokerName);
      if (replica === undefined) continue;
      try {
        const header = { consumerGroup: this.options.group };
        const answer = await this.client.remoting.call(replica.address, getConsumerListByGroup, header);
        return answer.content().consumerIdList.sort(compareText);
      } catch (error) {
        failure = error;
      }
    }
    if (failure !== undefined) throw failure;
    return [];
  }
}
