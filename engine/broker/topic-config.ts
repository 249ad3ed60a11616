import type { Clock } from "../base/clock.js";
import { isRetryTopic, SYSTEM_PREFIX, SystemTopic } from "../message/topic-names.js";
import { type DataVersion, dataVersion } from "../protocol/bodies/data-version.js";
import { type TopicConfig, topicConfig } from "../protocol/bodies/topic-config.js";
import { prettyFastjson } from "../protocol/fastjson.js";
import { decodeShape } from "../protocol/json-body.js";
import { bean, table } from "../protocol/shape.js";
import { PERM_INHERIT, PERM_READ, PERM_WRITE } from "./broker-context.js";
import type { TopicConfigTable, TopicTemplate } from "./broker-context.js";
import { bootTopics, newTopic } from "./boot-topics.js";
import type { BrokerConfig } from "./config/broker-config.js";
import { newDataVersion, stepDataVersion } from "./data-versions.js";
import type { BrokerRelease } from "./release.js";
import type { JsonConfigFile } from "./json-config-file.js";

/** topics.json. */
const fileShape = bean<{ dataVersion: DataVersion; topicConfigTable: Map<string, TopicConfig> }>({
  dataVersion: dataVersion.shape,
  topicConfigTable: table(topicConfig.shape),
});

export interface TopicConfigsOptions {
  file: JsonConfigFile;
  clock: Clock;
  config: BrokerConfig;
  release: BrokerRelease;
}

/** The topics of this broker: topics.json. Upstream: TopicConfigManager. */
export class TopicConfigs implements TopicConfigTable {
  dataVersion: DataVersion;
  /** Told of what changed, after the file was written; the broker registers it with the name servers. */
  onChange: (topics: readonly TopicConfig[]) => void = () => undefined;
  private readonly options: TopicConfigsOptions;
  private readonly table = new Map<string, TopicConfig>();
  private readonly system: Set<string>;

  constructor(options: TopicConfigsOptions) {
    this.options = options;
    this.dataVersion = newDataVersion(options.clock.now());
    this.system = new Set(options.release.systemTopics);
    for (const topic of bootTopics(options.config, options.release)) {
      this.table.set(topic.topicName, topic);
      this.system.add(topic.topicName);
    }
  }

  /** Lays the file's topics over those of the boot; throws CorruptError when neither file nor backup decodes. */
  load(): void {
    this.options.file.load((text) => {
      const read = decodeShape("topics.json", fileShape, text);
      for (const [name, config] of read.topicConfigTable) {
        this.table.set(name, { ...config, topicName: name });
      }
      this.dataVersion = read.dataVersion;
    });
  }

  get(topic: string): TopicConfig | undefined {
    return this.table.get(topic);
  }

  all(): ReadonlyMap<string, TopicConfig> {
    return this.table;
  }

  put(config: TopicConfig): void {
    this.putAll([config]);
  }

  putAll(configs: readonly TopicConfig[]): void {
    this.change((table) => {
      for (const config of configs) table.set(config.topicName, config);
    });
    this.onChange(configs);
  }

  delete(topic: string): boolean {
    if (!this.table.has(topic)) return false;
    this.change((table) => table.delete(topic));
    return true;
  }

  /** What cannot be written has not been: whoever asked for it is told so. */
  private change(run: (table: Map<string, TopicConfig>) => void): void {
    const before = [...this.table];
    run(this.table);
    this.step();
    try {
      this.persist();
    } catch (error) {
      this.table.clear();
      for (const [name, config] of before) this.table.set(name, config);
      throw error;
    }
  }

  /** Topics that nobody asked for by name are made even while the disk is full: they are written with the next change. */
  private make(configs: readonly TopicConfig[]): void {
    for (const config of configs) this.table.set(config.topicName, config);
    this.step();
    this.options.file.saveIfPossible(this.text());
    this.onChange(configs);
  }

  isSystemTopic(topic: string): boolean {
    return this.system.has(topic) || topic.startsWith(SYSTEM_PREFIX);
  }

  systemTopics(): readonly string[] {
    return [...this.system];
  }

  createInSend(topic: string, request: TopicTemplate): TopicConfig | undefined {
    const known = this.table.get(topic);
    if (known !== undefined) return known;
    const template = this.table.get(request.defaultTopic);
    if (template === undefined) return undefined;
    const { config } = this.options;
    if (request.defaultTopic === SystemTopic.AUTO_CREATE && !config.autoCreateTopicEnable) {
      template.perm = PERM_READ | PERM_WRITE;
    }
    if ((template.perm & PERM_INHERIT) === 0) return undefined;
    const queues = Math.max(0, Math.min(request.defaultTopicQueueNums, template.writeQueueNums));
    const created: TopicConfig = {
      ...newTopic(topic),
      readQueueNums: queues,
      writeQueueNums: queues,
      perm: template.perm & ~PERM_INHERIT,
      topicSysFlag: request.topicSysFlag,
      topicFilterType: template.topicFilterType,
    };
    this.make([created]);
    return created;
  }

  createInSendBack(
    topic: string,
    queues: number,
    options: { perm: number; isUnit?: boolean; isOrder?: boolean },
  ): TopicConfig {
    const known = this.table.get(topic);
    const isOrder = options.isOrder ?? false;
    if (known !== undefined && known.order === isOrder) return known;
    const config: TopicConfig = known
      ? { ...known, order: isOrder }
      : {
          ...newTopic(topic),
          readQueueNums: queues,
          writeQueueNums: queues,
          perm: options.perm,
          topicSysFlag: options.isUnit ? UNIT_SUB_FLAG : 0,
          order: isOrder,
        };
    this.make([config]);
    return config;
  }

  markOrdered(topics: ReadonlySet<string>): void {
    const changed: TopicConfig[] = [];
    for (const config of this.table.values()) {
      if (isRetryTopic(config.topicName) || config.order === topics.has(config.topicName)) continue;
      changed.push({ ...config, order: !config.order });
    }
    if (changed.length > 0) this.make(changed);
  }

  /** Steps the version without a change of a topic, e.g. when the broker's permission changed. */
  step(): void {
    stepDataVersion(this.dataVersion, this.options.clock.now());
  }

  saved(): Promise<void> | undefined {
    return this.options.file.saved(() => this.text());
  }

  persist(): void {
    this.options.file.save(this.text());
  }

  /** The text of topics.json. */
  text(): string {
    return prettyFastjson(
      fileShape.write({ dataVersion: this.dataVersion, topicConfigTable: this.table }),
    );
  }
}

/** TopicSysFlag bit 1: a topic that units subscribe to. */
const UNIT_SUB_FLAG = 2;
