import type { Clock } from "../base/clock.js";
import { groupProblem } from "../message/topic-names.js";
import { type DataVersion, dataVersion } from "../protocol/bodies/data-version.js";
import {
  defaultSubscriptionGroup,
  type SubscriptionGroupConfig,
  subscriptionGroupConfig,
} from "../protocol/bodies/subscription-group-config.js";
import { prettyFastjson } from "../protocol/fastjson.js";
import { decodeShape } from "../protocol/json-body.js";
import { bean, int, table } from "../protocol/shape.js";
import { BOOT_GROUPS, isSystemGroup } from "./boot-topics.js";
import type { SubscriptionGroupTable } from "./broker-context.js";
import type { BrokerConfig } from "./config/broker-config.js";
import { newDataVersion, stepDataVersion } from "./data-versions.js";
import type { JsonConfigFile } from "./json-config-file.js";

type ForbiddenTable = Map<string, Map<string, number>>;

/** subscriptionGroup.json. */
const fileShape = bean<{
  dataVersion: DataVersion;
  forbiddenTable: ForbiddenTable;
  subscriptionGroupTable: Map<string, SubscriptionGroupConfig>;
}>({
  dataVersion: dataVersion.shape,
  forbiddenTable: table(table(int)),
  subscriptionGroupTable: table(subscriptionGroupConfig.shape),
});

export interface SubscriptionGroupsOptions {
  file: JsonConfigFile;
  clock: Clock;
  config: BrokerConfig;
}

/** Bit of the forbidden mask. Upstream: PermName.INDEX_PERM_READ. */
const READ_FORBIDDEN = 1 << 2;

/** The consumer groups of this broker: subscriptionGroup.json. Upstream: SubscriptionGroupManager. */
export class SubscriptionGroups implements SubscriptionGroupTable {
  dataVersion: DataVersion;
  private readonly options: SubscriptionGroupsOptions;
  private readonly table = new Map<string, SubscriptionGroupConfig>();
  private forbidden: ForbiddenTable = new Map();

  constructor(options: SubscriptionGroupsOptions) {
    this.options = options;
    this.dataVersion = newDataVersion(options.clock.now());
    for (const group of BOOT_GROUPS) this.table.set(group, defaultSubscriptionGroup(group));
  }

  /** Lays the file's groups over those of the boot; throws CorruptError when neither file nor backup decodes. */
  load(): void {
    this.options.file.load((text) => {
      const read = decodeShape("subscriptionGroup.json", fileShape, text);
      for (const [name, config] of read.subscriptionGroupTable) {
        this.table.set(name, { ...config, groupName: name });
      }
      this.forbidden = read.forbiddenTable;
      this.dataVersion = read.dataVersion;
    });
  }

  find(group: string): SubscriptionGroupConfig | undefined {
    const known = this.table.get(group);
    if (known !== undefined) return known;
    if (!this.options.config.autoCreateSubscriptionGroup && !isSystemGroup(group)) return undefined;
    if (groupProblem(group) !== undefined) return undefined;
    const created = defaultSubscriptionGroup(group);
    this.table.set(group, created);
    stepDataVersion(this.dataVersion, this.options.clock.now());
    // a group that reads is served even while the disk is full: it is written with the next change
    this.options.file.saveIfPossible(this.text());
    return created;
  }

  get(group: string): SubscriptionGroupConfig | undefined {
    return this.table.get(group);
  }

  has(group: string): boolean {
    return this.table.has(group);
  }

  all(): ReadonlyMap<string, SubscriptionGroupConfig> {
    return this.table;
  }

  put(config: SubscriptionGroupConfig): void {
    this.putAll([config]);
  }

  putAll(configs: readonly SubscriptionGroupConfig[]): void {
    this.change(() => {
      for (const config of configs) this.table.set(config.groupName, config);
    });
  }

  delete(group: string): boolean {
    const existed = this.table.has(group);
    if (!existed && !this.forbidden.has(group)) return false;
    this.change(() => {
      this.table.delete(group);
      this.forbidden.delete(group);
    });
    return existed;
  }

  forbiddenTable(): ReadonlyMap<string, ReadonlyMap<string, number>> {
    return this.forbidden;
  }

  isReadForbidden(group: string, topic: string): boolean {
    return ((this.forbidden.get(group)?.get(topic) ?? 0) & READ_FORBIDDEN) !== 0;
  }

  setReadForbidden(group: string, topic: string, forbidden: boolean): void {
    const mask = this.forbidden.get(group)?.get(topic) ?? 0;
    const next = forbidden ? mask | READ_FORBIDDEN : mask & ~READ_FORBIDDEN;
    if (next === mask) return;
    const topics = new Map(this.forbidden.get(group));
    if (next === 0) topics.delete(topic);
    else topics.set(topic, next);
    this.change(() => {
      if (topics.size === 0) this.forbidden.delete(group);
      else this.forbidden.set(group, topics);
    });
  }

  saved(): Promise<void> | undefined {
    return this.options.file.saved(() => this.text());
  }

  persist(): void {
    this.options.file.save(this.text());
  }

  /** The text of subscriptionGroup.json. */
  text(): string {
    return prettyFastjson(
      fileShape.write({
        dataVersion: this.dataVersion,
        forbiddenTable: this.forbidden,
        subscriptionGroupTable: this.table,
      }),
    );
  }

  /** What cannot be written has not been: whoever asked for it is told so. */
  private change(run: () => void): void {
    const [table, forbidden, version] = [[...this.table], this.forbidden, this.dataVersion];
    this.forbidden = new Map(forbidden);
    this.dataVersion = { ...version };
    try {
      run();
      stepDataVersion(this.dataVersion, this.options.clock.now());
      this.persist();
    } catch (error) {
      this.table.clear();
      for (const [name, config] of table) this.table.set(name, config);
      this.forbidden = forbidden;
      this.dataVersion = version;
      throw error;
    }
  }
}
