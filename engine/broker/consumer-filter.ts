/** What groups filter by when it is not by tags: consumerFilter.json. Upstream: ConsumerFilterManager. */
import type { Clock } from "../base/clock.js";
import type { Logger } from "../base/log.js";
import type { Sql92Predicate } from "../filter/sql92.js";
import type { SubscriptionData } from "../protocol/bodies/subscription-data.js";
import { prettyFastjson } from "../protocol/fastjson.js";
import { decodeShape } from "../protocol/json-body.js";
import { bean, flag, int, list, long, optional, table, text } from "../protocol/shape.js";
import type { BrokerConfig } from "./config/broker-config.js";
import { bloomData, type BloomFilterData, bloomSize } from "./consumer-filter-bloom.js";
import type { JsonConfigFile } from "./json-config-file.js";
import { compileExpression, SQL92, sql92Loading } from "./sql92-loader.js";

/** How one group filters one topic. Upstream: ConsumerFilterData; the predicate is not in the file. */
export interface ConsumerFilter extends FilterRow {
  matches: Sql92Predicate | undefined;
}

interface FilterRow {
  consumerGroup: string;
  topic: string;
  expression: string;
  expressionType: string;
  /** Milliseconds since the epoch. */
  bornTime: number;
  /** When the group was gone; 0 while it is there. */
  deadTime: number;
  /** The subscription's version. */
  clientVersion: number;
  bloomFilterData?: BloomFilterData | undefined;
  dead: boolean;
}

interface TopicRows {
  topic: string;
  groupFilterData: Map<string, FilterRow>;
}

const rowShape = bean<FilterRow>({
  bloomFilterData: optional(bean<BloomFilterData>({ bitNum: int, bitPos: list(int) })),
  bornTime: long,
  clientVersion: long,
  consumerGroup: text,
  dead: flag,
  deadTime: long,
  expression: text,
  expressionType: text,
  topic: text,
});

const fileShape = bean<{ filterDataByTopic: Map<string, TopicRows> }>({
  filterDataByTopic: table(bean<TopicRows>({ groupFilterData: table(rowShape), topic: text })),
});

/** Consumers of a file just loaded are taken to be gone for so long. */
const DEAD_BEFORE_LOAD_MS = 30_000;
const PERSIST_MS = 10_000;

export interface ConsumerFiltersOptions {
  file: JsonConfigFile;
  clock: Clock;
  logger: Logger;
  config: BrokerConfig;
}

export class ConsumerFilters {
  private readonly options: ConsumerFiltersOptions;
  /** topic → group → filter. */
  private readonly topics = new Map<string, Map<string, ConsumerFilter>>();
  private timer: { cancel(): void } | undefined;

  constructor(options: ConsumerFiltersOptions) {
    this.options = options;
  }

  /** Persists from time to time. */
  start(): void {
    this.timer = this.options.clock.every(PERSIST_MS, () => this.persist());
  }

  stop(): void {
    this.timer?.cancel();
    this.persist();
  }

  get(topic: string, group: string): ConsumerFilter | undefined {
    return this.topics.get(topic)?.get(group);
  }

  /** Takes in all subscriptions of a group's heartbeat; filters of topics it does not name are dead from now on. */
  register(group: string, subscriptions: readonly SubscriptionData[]): void {
    const named = new Set<string>();
    for (const subscription of subscriptions) {
      named.add(subscription.topic);
      if (isTagType(subscription.expressionType) || subscription.subString === "") continue;
      this.registerOne(group, subscription);
    }
    this.bury(group, (topic) => !named.has(topic));
  }

  /** How a group filters a topic, as tools show it; "null" when it is by tags. Upstream: ConsumerFilterData as JSON. */
  textOf(topic: string, group: string): string {
    const filter = this.get(topic, group);
    return filter === undefined ? "null" : prettyFastjson(rowShape.write(filter));
  }

  /** The group has no members any more. */
  unregister(group: string): void {
    this.bury(group, () => true);
  }

  /** Throws CorruptError when neither the file nor its backup decodes. */
  async load(): Promise<void> {
    const read = this.options.file.load((json) =>
      decodeShape("consumerFilter.json", fileShape, json),
    );
    const rows = [...(read?.filterDataByTopic.values() ?? [])].flatMap(({ groupFilterData }) => [
      ...groupFilterData.values(),
    ]);
    if (rows.length === 0) return;
    const size = this.bloomSize;
    const isOfOurs = ({ bloomFilterData }: FilterRow): boolean =>
      bloomFilterData?.bitNum === size.bits && bloomFilterData.bitPos.length === size.positions;
    if (!rows.every(isOfOurs)) {
      this.options.logger.info("filters of consumers are made anew: their bit maps changed");
      return;
    }
    await sql92Loading();
    for (const row of rows) this.put({ ...row, ...this.asleep(row), ...compiled(row) });
  }

  /** Also forgets what has been dead for too long. */
  persist(): void {
    this.clean();
    this.options.file.save(this.text());
  }

  /** The text of consumerFilter.json. */
  text(): string {
    const filterDataByTopic = new Map(
      [...this.topics].map(([topic, groups]) => [topic, { topic, groupFilterData: groups }]),
    );
    return prettyFastjson(fileShape.write({ filterDataByTopic }));
  }

  private registerOne(group: string, subscription: SubscriptionData): void {
    const { topic, subVersion, subString, expressionType } = subscription;
    const old = this.get(topic, group);
    if (old !== undefined && subVersion <= old.clientVersion) {
      if (subVersion === old.clientVersion) revive(old);
      return;
    }
    const isSame = old?.expression === subString && old.expressionType === expressionType;
    if (isSame) {
      old.clientVersion = subVersion;
      revive(old);
      return;
    }
    const filter = this.build(group, subscription);
    if (filter !== undefined) this.put(filter);
    else this.topics.get(topic)?.delete(group);
  }

  /** Undefined for an expression that is none: pulls then answer that there is no filter. */
  private build(group: string, subscription: SubscriptionData): ConsumerFilter | undefined {
    const { topic, subString, expressionType, subVersion } = subscription;
    const { matches, problem } = compileExpression(expressionType, subString);
    if (problem !== undefined) {
      this.options.logger.warn("a filter expression is wrong", { group, topic, problem });
      return undefined;
    }
    return {
      consumerGroup: group,
      topic,
      expression: subString,
      expressionType,
      bornTime: this.options.clock.now(),
      deadTime: 0,
      clientVersion: subVersion,
      bloomFilterData: bloomData(`${group}#${topic}`, this.bloomSize),
      dead: false,
      matches,
    };
  }

  private put(filter: ConsumerFilter): void {
    const groups = this.topics.get(filter.topic);
    if (groups !== undefined) groups.set(filter.consumerGroup, filter);
    else this.topics.set(filter.topic, new Map([[filter.consumerGroup, filter]]));
  }

  private bury(group: string, isGone: (topic: string) => boolean): void {
    const now = this.options.clock.now();
    for (const [topic, groups] of this.topics) {
      const filter = groups.get(group);
      if (filter === undefined || filter.dead || !isGone(topic)) continue;
      filter.deadTime = now;
      filter.dead = true;
    }
  }

  private asleep({ bornTime, deadTime }: FilterRow): Pick<FilterRow, "deadTime" | "dead"> {
    const before = this.options.clock.now() - DEAD_BEFORE_LOAD_MS;
    return { deadTime: deadTime === 0 ? Math.max(bornTime, before) : deadTime, dead: true };
  }

  private clean(): void {
    const oldest = this.options.clock.now() - this.options.config.filterDataCleanTimeSpan;
    for (const [topic, groups] of this.topics) {
      for (const [group, { dead, deadTime }] of groups) {
        if (dead && deadTime <= oldest) groups.delete(group);
      }
      if (groups.size === 0) this.topics.delete(topic);
    }
  }

  private get bloomSize() {
    const { expectConsumerNumUseFilter, maxErrorRateOfBloomFilter } = this.options.config;
    return bloomSize(expectConsumerNumUseFilter, maxErrorRateOfBloomFilter);
  }
}

/** Upstream: ExpressionType.isTagType. */
export function isTagType(expressionType: string | undefined): boolean {
  return expressionType === undefined || expressionType === "" || expressionType === "TAG";
}

/** Must the grammar be loaded before these subscriptions can be taken in? */
export function needsSql92(subscriptions: readonly SubscriptionData[]): boolean {
  return subscriptions.some(({ expressionType }) => expressionType === SQL92);
}

function compiled({ expressionType, expression }: FilterRow): Pick<ConsumerFilter, "matches"> {
  return { matches: compileExpression(expressionType, expression).matches };
}

function revive(filter: ConsumerFilter): void {
  filter.deadTime = 0;
  filter.dead = false;
}
