/**
 * What the broker tells of itself, under upstream's names and labels. Upstream: BrokerMetricsManager,
 * DefaultStoreMetricsManager. All but what comes with each send is taken from the broker's tables when it is asked for.
 * Not measured here, and so left out: the marks of thread pools (there are none) and the time that making a topic takes.
 */
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { propertyOf } from "../../message/properties.js";
import { PropertyName } from "../../message/property-names.js";
import { DLQ_PREFIX, isRetryTopic } from "../../message/topic-names.js";
import { versionName } from "../../protocol/versions.js";
import type { MessageToStore, PutResult } from "../../store/store-api.js";
import type { BrokerContext, ClientChannel } from "../broker-context.js";
import { type ConsumerLag, consumerLags } from "./consumer-lag.js";

type Labels = Record<string, string>;
type Rows = Iterable<readonly [Labels, number]>;

const KIB = 1024;
const MESSAGE_SIZES = [1, 4, 512, 1024, 2048, 4096].map((size) => size * KIB);
const STORAGE: Labels = { storage_type: "local", storage_medium: "disk" };
const TIMED = [
  PropertyName.DELAY,
  PropertyName.TIMER_DELIVER_MS,
  PropertyName.TIMER_DELAY_SEC,
  PropertyName.TIMER_DELAY_MS,
];

/** A registry whose metrics all carry the labels. */
export function createRegistry(labels: Labels): Registry {
  const registry = new Registry();
  registry.setDefaultLabels(labels);
  return registry;
}

/** Registers all metrics; returns what has to be told of every message that a producer stored. */
export function registerBrokerMetrics(
  registry: Registry,
  context: BrokerContext,
): (message: MessageToStore, result: PutResult) => void {
  const table = new MetricTable(registry);
  registerTables(table, context);
  registerConnections(table, context);
  registerConsumption(table, context);
  registerStorage(table, context);
  return registerSends(registry, context);
}

/** Metrics whose values are read from somewhere else at each question. */
class MetricTable {
  private readonly registry: Registry;

  constructor(registry: Registry) {
    this.registry = registry;
  }

  gauge(name: string, labelNames: readonly string[], rows: () => Rows): void {
    new Gauge({
      ...{ name, help: name, labelNames, registers: [this.registry] },
      collect() {
        this.reset();
        for (const [labels, value] of rows()) this.set(labels, value);
      },
    });
  }

  counter(name: string, labelNames: readonly string[], rows: () => Rows): void {
    new Counter({
      ...{ name, help: name, labelNames, registers: [this.registry] },
      collect() {
        this.reset();
        for (const [labels, value] of rows()) this.inc(labels, value);
      },
    });
  }
}

function registerTables(table: MetricTable, { config, topics, groups }: BrokerContext): void {
  table.gauge("rocketmq_broker_permission", [], () => [[{}, config.brokerPermission]]);
  table.gauge("rocketmq_topic_number", [], () => [[{}, topics.all().size]]);
  table.gauge("rocketmq_consumer_group_number", [], () => [[{}, groups.all().size]]);
}

function registerConnections(table: MetricTable, { clients, topics }: BrokerContext): void {
  const client = ({ language, version }: ClientChannel): Labels => ({
    language: language.toLowerCase(),
    version: versionName(version).toLowerCase(),
    protocol_type: "remoting",
  });
  const ofClient = ["language", "version", "protocol_type"];
  table.gauge("rocketmq_producer_connections", ofClient, () => {
    const counts = new Counts();
    const seen = new Set<unknown>();
    for (const channels of clients.producerGroups().values()) {
      for (const [connection, channel] of channels) {
        if (!seen.has(connection)) counts.add(client(channel));
        seen.add(connection);
      }
    }
    return counts;
  });
  const ofGroup = [...ofClient, "consumer_group", "consume_mode", "is_system"];
  table.gauge("rocketmq_consumer_connections", ofGroup, () => {
    const counts = new Counts();
    for (const [group, { channels, consumeType }] of clients.consumerGroups()) {
      const consume_mode = consumeType === "CONSUME_ACTIVELY" ? "pull" : "push";
      const is_system = String(topics.isSystemTopic(group) || group.startsWith("CID_RMQ_SYS_"));
      for (const channel of channels.values()) {
        counts.add({ ...client(channel), consumer_group: group, consume_mode, is_system });
      }
    }
    return counts;
  });
}

function registerConsumption(table: MetricTable, context: BrokerContext): void {
  const { stats, topics } = context;
  const out = (name: string) => (): Rows =>
    [...stats.itemsOf(name)].map(([key, { value }]) => {
      const at = key.lastIndexOf("@");
      const topic = key.slice(0, at);
      const is_system = String(topics.isSystemTopic(topic));
      return [{ topic, consumer_group: key.slice(at + 1), is_system }, value] as const;
    });
  const ofGroup = ["topic", "consumer_group", "is_system"];
  table.counter("rocketmq_messages_out_total", ofGroup, out("GROUP_GET_NUMS"));
  table.counter("rocketmq_throughput_out_total", ofGroup, out("GROUP_GET_SIZE"));

  const lag = (value: (lag: ConsumerLag) => number) => (): Rows =>
    consumerLags(context).map((one) => [
      {
        consumer_group: one.group,
        topic: one.topic,
        is_retry: "false",
        is_system: String(one.isSystem),
      },
      value(one),
    ]);
  const names = ["consumer_group", "topic", "is_retry", "is_system"];
  const gauge = (name: string, value: (lag: ConsumerLag) => number): void => {
    table.gauge(name, names, lag(value));
  };
  gauge("rocketmq_consumer_lag_messages", (one) => one.lag);
  gauge("rocketmq_consumer_lag_latency_milliseconds", (one) => one.lagMs);
  gauge("rocketmq_consumer_inflight_messages", (one) => one.inflight);
  gauge("rocketmq_consumer_queueing_latency_milliseconds", (one) => one.queueingMs);
  gauge("rocketmq_consumer_ready_messages", (one) => one.ready);
}

function registerStorage(table: MetricTable, context: BrokerContext): void {
  const { store, files, config, clock } = context;
  const gauge = (name: string, value: () => number | undefined): void => {
    table.gauge(name, Object.keys(STORAGE), () => {
      const now = value();
      return now === undefined ? [] : [[STORAGE, now]];
    });
  };
  gauge("rocketmq_storage_size_bytes", () => {
    const partition = files.partition(config.storePathRootDir);
    return partition === undefined ? undefined : partition.total - partition.free;
  });
  gauge(
    "rocketmq_storage_flush_behind_bytes",
    () => store.commitLogMaxOffset - store.flushedOffset,
  );
  gauge("rocketmq_storage_dispatch_behind_bytes", () => store.dispatchBehindBytes);
  gauge("rocketmq_storage_message_reserve_time_milliseconds", () =>
    store.earliestTimestamp > 0 ? clock.now() - store.earliestTimestamp : undefined,
  );
}

function registerSends(
  registry: Registry,
  { topics }: BrokerContext,
): (message: MessageToStore, result: PutResult) => void {
  const labelNames = ["topic", "message_type", "is_system"];
  const options = (name: string) => ({ name, help: name, labelNames, registers: [registry] });
  const messages = new Counter(options("rocketmq_messages_in_total"));
  const bytes = new Counter(options("rocketmq_throughput_in_total"));
  const sizes = new Histogram({
    ...options("rocketmq_message_size"),
    buckets: MESSAGE_SIZES,
  });
  return ({ topic, properties }, { physicalOffsets, size }) => {
    if (isRetryTopic(topic) || topic.startsWith(DLQ_PREFIX)) return;
    const is_system = String(topics.isSystemTopic(topic));
    const labels = { topic, message_type: messageType(properties), is_system };
    const count = physicalOffsets.length;
    messages.inc(labels, count);
    bytes.inc(labels, size);
    sizes.observe(labels, size / count);
  };
}

/** Upstream: SendMessageRequestHeader's properties → TopicMessageType. */
function messageType(properties: string): string {
  const has = (name: string): boolean => propertyOf(properties, name) !== undefined;
  if (propertyOf(properties, PropertyName.TRAN_MSG) === "true") return "transaction";
  if (has(PropertyName.SHARDING_KEY)) return "fifo";
  return TIMED.some(has) ? "delay" : "normal";
}

/** Numbers of things with the same labels. */
class Counts {
  private readonly counts = new Map<string, [Labels, number]>();

  add(labels: Labels): void {
    const key = JSON.stringify(labels);
    const row = this.counts.get(key) ?? [labels, 0];
    row[1]++;
    this.counts.set(key, row);
  }

  [Symbol.iterator](): Iterator<[Labels, number]> {
    return this.counts.values();
  }
}
