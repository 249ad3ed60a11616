/**
 * What the broker counts per topic, group and queue. Upstream: BrokerStatsManager, BrokerStats. The hot path finds its
 * items through two small maps per topic and builds no key strings; keys are made when an item is first counted.
 */
import type { Clock, Timer } from "../../base/clock.js";
import type { Service } from "../../base/service.js";
import type { MessageToStore, PutResult } from "../../store/store-api.js";
import type { BrokerConfig } from "../config/broker-config.js";
import { StatsItem, WINDOWS, type WindowName } from "./stats-item.js";

export interface BrokerStatsOptions {
  clock: Clock;
  config: BrokerConfig;
  isSystemTopic: (topic: string) => boolean;
}

/** Messages since the start, and at the last two midnights. */
export interface DayTotals {
  yesterdayMorning: number;
  todayMorning: number;
  now: number;
}

interface Pair {
  nums: StatsItem;
  size: StatsItem;
}

interface TopicItems extends Pair {
  isSystem: boolean;
  queues: (Pair | undefined)[];
  latency: (StatsItem | undefined)[];
}

type GroupItems = TopicItems;

const DAY_MS = 24 * 60 * 60 * 1000;

export class BrokerStats implements Service {
  /** Told of every message that a producer stored, while metrics are exported. */
  onStored: ((message: MessageToStore, result: PutResult) => void) | undefined;
  private readonly clock: Clock;
  private readonly config: BrokerConfig;
  private readonly isSystemTopic: (topic: string) => boolean;
  /** Name → key → item. */
  private readonly items = new Map<string, Map<string, StatsItem>>();
  private readonly topics = new Map<string, TopicItems>();
  private readonly groups = new Map<string, Map<string, GroupItems>>();
  private readonly putAll: StatsItem;
  private readonly getAll: StatsItem;
  private readonly putOfUsers: StatsItem;
  private readonly getOfUsers: StatsItem;
  private readonly mornings = { put: [0, 0], get: [0, 0] };
  private timers: Timer[] = [];

  constructor(options: BrokerStatsOptions) {
    this.clock = options.clock;
    this.config = options.config;
    this.isSystemTopic = options.isSystemTopic;
    const cluster = options.config.brokerClusterName;
    this.putAll = this.make("BROKER_PUT_NUMS", cluster);
    this.getAll = this.make("BROKER_GET_NUMS", cluster);
    this.putOfUsers = this.make("BROKER_PUT_NUMS_WITHOUT_SYSTEM_TOPIC", cluster);
    this.getOfUsers = this.make("BROKER_GET_NUMS_WITHOUT_SYSTEM_TOPIC", cluster);
  }

  start(): void {
    const { clock } = this;
    const windows = Object.entries(WINDOWS) as [WindowName, { everyMs: number }][];
    this.timers = windows.map(([name, { everyMs }]) =>
      clock.every(everyMs, () => this.sample(name)),
    );
    this.timers.push(clock.every(DAY_MS, () => this.newDay(), msToMidnight(clock.now())));
  }

  stop(): void {
    for (const timer of this.timers) timer.cancel();
    this.timers = [];
  }

  /** Messages were stored: `count` of them (a batch counts once as a call), `bytes` altogether. */
  topicPut(topic: string, queueId: number, count: number, bytes: number): void {
    const items = this.topics.get(topic) ?? this.newTopic(topic);
    items.nums.add(count);
    items.size.add(bytes);
    if (this.config.enableDetailStat) {
      const queue = (items.queues[queueId] ??= this.pair("QUEUE_PUT", `${topic}@${queueId}`));
      queue.nums.add(count);
      queue.size.add(bytes);
    }
    this.putAll.add(count);
    if (!items.isSystem) this.putOfUsers.add(count);
  }

  topicPutLatency(topic: string, queueId: number, ms: number): void {
    const { latency } = this.topics.get(topic) ?? this.newTopic(topic);
    (latency[queueId] ??= this.make("TOPIC_PUT_LATENCY", `${queueId}@${topic}`)).add(ms);
  }

  /** Messages were handed to a consumer of the group. */
  groupGet(group: string, topic: string, queueId: number, count: number, bytes: number): void {
    const items = this.groups.get(topic)?.get(group) ?? this.newGroup(group, topic);
    items.nums.add(count);
    items.size.add(bytes);
    if (this.config.enableDetailStat) {
      const queue = (items.queues[queueId] ??= this.pair(
        "QUEUE_GET",
        `${topic}@${queueId}@${group}`,
      ));
      queue.nums.add(count);
      queue.size.add(bytes);
    }
    this.getAll.add(count);
    if (!items.isSystem) this.getOfUsers.add(count);
  }

  groupGetLatency(group: string, topic: string, queueId: number, ms: number): void {
    const items = this.groups.get(topic)?.get(group) ?? this.newGroup(group, topic);
    const detail = this.config.enableDetailStat;
    const key = detail ? `${queueId}@${topic}@${group}` : `${topic}@${group}`;
    (items.latency[detail ? queueId : 0] ??= this.make("GROUP_GET_LATENCY", key)).add(ms);
  }

  /** A consumer gave back messages of its topic. */
  sendBack(group: string, topic: string, count = 1): void {
    this.make("SNDBCK_PUT_NUMS", `${topic}@${group}`).add(count);
  }

  /** A pop of the group was written down. */
  checkPoint(group: string, topic: string): void {
    this.make("BROKER_CK_NUMS", this.config.brokerClusterName).add(1);
    this.make("GROUP_CK_NUMS", `${topic}@${group}`).add(1);
  }

  /** Popped messages were acknowledged. */
  acknowledged(group: string, topic: string, count: number): void {
    this.make("BROKER_ACK_NUMS", this.config.brokerClusterName).add(count);
    this.make("GROUP_ACK_NUMS", `${topic}@${group}`).add(count);
  }

  /** An item that was counted at least once. */
  item(name: string, key: string): StatsItem | undefined {
    return this.items.get(name)?.get(key);
  }

  /** All items of a name, by key. */
  itemsOf(name: string): ReadonlyMap<string, StatsItem> {
    return this.items.get(name) ?? new Map<string, StatsItem>();
  }

  /** Messages per second that a group got of a topic in the last minute. */
  groupGetTps(group: string, topic: string): number {
    return this.groups.get(topic)?.get(group)?.nums.window("minute").tps ?? 0;
  }

  topicPutTps(topic: string): number {
    return this.topics.get(topic)?.nums.window("minute").tps ?? 0;
  }

  get putTotals(): DayTotals {
    return totals(this.mornings.put, this.putOfUsers.value);
  }

  get getTotals(): DayTotals {
    return totals(this.mornings.get, this.getOfUsers.value);
  }

  topicDeleted(topic: string): void {
    this.topics.delete(topic);
    this.groups.delete(topic);
    this.forget((parts) => parts.includes(topic));
  }

  groupDeleted(group: string): void {
    for (const groups of this.groups.values()) groups.delete(group);
    this.forget((parts) => parts.length > 1 && parts.at(-1) === group);
  }

  /** Takes one sample of every item for a window. */
  private sample(name: WindowName): void {
    const now = this.clock.now();
    for (const keys of this.items.values())
      for (const item of keys.values()) item.sample(name, now);
  }

  private newDay(): void {
    this.mornings.put = [this.mornings.put[1] ?? 0, this.putOfUsers.value];
    this.mornings.get = [this.mornings.get[1] ?? 0, this.getOfUsers.value];
  }

  private forget(matches: (parts: string[]) => boolean): void {
    for (const [name, keys] of this.items) {
      if (name.startsWith("BROKER_")) continue;
      for (const key of keys.keys()) if (matches(key.split("@"))) keys.delete(key);
    }
  }

  private newTopic(topic: string): TopicItems {
    const items = { ...this.pair("TOPIC_PUT", topic), ...this.parts(topic) };
    this.topics.set(topic, items);
    return items;
  }

  private newGroup(group: string, topic: string): GroupItems {
    const items = { ...this.pair("GROUP_GET", `${topic}@${group}`), ...this.parts(topic) };
    const groups = this.groups.get(topic) ?? new Map<string, GroupItems>();
    this.groups.set(topic, groups.set(group, items));
    return items;
  }

  private parts(topic: string): Pick<TopicItems, "isSystem" | "queues" | "latency"> {
    return { isSystem: this.isSystemTopic(topic), queues: [], latency: [] };
  }

  private pair(prefix: string, key: string): Pair {
    return { nums: this.make(`${prefix}_NUMS`, key), size: this.make(`${prefix}_SIZE`, key) };
  }

  private make(name: string, key: string): StatsItem {
    const keys = this.items.get(name) ?? new Map<string, StatsItem>();
    const item = keys.get(key) ?? new StatsItem();
    this.items.set(name, keys.set(key, item));
    return item;
  }
}

function totals(
  [yesterdayMorning = 0, todayMorning = 0]: readonly number[],
  now: number,
): DayTotals {
  return { yesterdayMorning, todayMorning, now };
}

/** To the next midnight, local time. */
function msToMidnight(nowMs: number): number {
  const day = new Date(nowMs);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1).getTime() - nowMs;
}
