/** The configuration of a broker: read, shown, changed at run time, written back. Upstream: Configuration. */
import { cpus, homedir, hostname } from "node:os";
import { dirname } from "node:path";
import { type Clock, systemClock } from "../../base/clock.js";
import { RocketmqError } from "../../base/errors.js";
import { type Files, replaceText } from "../../base/files.js";
import { type Logger, silentLogger } from "../../base/log.js";
import { formatProperties, parseProperties } from "../../base/properties.js";
import type { DataVersion } from "../../protocol/bodies/data-version.js";
import { RELEASE_KEY } from "../../protocol/release.js";
import { type BrokerRelease, brokerRelease } from "../release.js";
import type { ConfigKey, Machine } from "./key.js";
import {
  type BrokerConfig,
  configKeys,
  type ConfigName,
  isConfigName,
  isShownOnlyWhenSet,
  oldSpellings,
} from "./keys.js";
import { localAddress } from "./local-address.js";
import { clamp, refusal, settle } from "./settle.js";
import { isSecret, isSystemProperty } from "./system-properties.js";

export type { BrokerConfig, ConfigName } from "./keys.js";

/** A given value that was not taken as it stands. */
export interface ConfigProblem {
  key: string;
  text: string;
  /** One line: key, value and what is wrong. */
  message: string;
}

export interface ConfigSource {
  /** Keys given by the caller; they win over those of the file. */
  properties?: Readonly<Record<string, string | number | boolean>>;
  /** A broker.conf to read; it must exist. Changes made at run time are written to it. */
  path?: string;
  files: Files;
  logger?: Logger;
  clock?: Clock;
  /** Refuse to go on with a bad value of a known key, instead of keeping its default. */
  strict?: boolean;
  machine?: Partial<Machine>;
}

/** How an update at run time ended. */
export type UpdateOutcome =
  { refused: "black-list" } | { refused?: undefined; changed: readonly string[] };

/** Keys that no request may change, whatever configBlackList says. */
const NEVER_CHANGED = ["brokerConfigPath", "rocketmqHome", "configBlackList"];

/** Reads and checks a configuration; throws a usage error when no broker can start with it. */
export function loadBrokerConfiguration(source: ConfigSource): BrokerConfiguration {
  const given = new Map<string, string>();
  if (source.path !== undefined) {
    const text = source.files.readText(source.path);
    if (text === undefined) {
      throw new RocketmqError(`the configuration file ${source.path} does not exist`, {
        kind: "usage",
      });
    }
    for (const [key, value] of parseProperties(text)) given.set(key, value);
  }
  for (const [key, value] of Object.entries(source.properties ?? {})) given.set(key, String(value));
  return new BrokerConfiguration(given, source);
}

export class BrokerConfiguration {
  /** What the broker behaves as. */
  readonly release: BrokerRelease;
  /** What the broker works with; changed in place. */
  readonly values: BrokerConfig;
  /** Stepped by every update. */
  readonly dataVersion: DataVersion;
  /** Values that were not taken as they stand. */
  readonly problems: readonly ConfigProblem[];
  /** Keys that are none of ours: kept, shown and written back. */
  readonly unknown: ReadonlyMap<string, string>;

  private readonly path: string;
  private readonly files: Files;
  private readonly logger: Logger;
  private readonly clock: Clock;
  private readonly others: Map<string, string>;
  private readonly set = new Set<ConfigName>();
  /** Changed at run time, to take effect with the next start. */
  private readonly pending = new Map<ConfigName, unknown>();

  constructor(given: ReadonlyMap<string, string>, source: ConfigSource) {
    this.files = source.files;
    this.logger = source.logger ?? silentLogger;
    this.clock = source.clock ?? systemClock();
    this.dataVersion = { counter: 0, stateVersion: 0, timestamp: this.clock.now() };
    this.release = brokerRelease(given.get(RELEASE_KEY));
    const { config } = this.release;
    this.values = { ...defaults(machine(source)), ...config.defaults };
    const { others, problems } = this.take(given);
    this.others = new Map([...Object.entries(config.added), ...others]);
    this.unknown = others;
    this.problems = problems;
    if (source.strict === true && problems[0] !== undefined) throw usage(problems[0].message);
    const reason = refusal(this.values);
    if (reason !== undefined) throw usage(reason);
    settle(this.values);
    this.path = source.path ?? `${this.values.storePathRootDir}/config/broker.properties`;
    this.report();
  }

  /**
   * Every key with a value as text, sorted by name, but no passwords of files and not what the broker only behaves as:
   * the body of GET_BROKER_CONFIG.
   */
  text(): string {
    return formatProperties(
      this.entries().filter(([name]) => !isSecret(name) && name !== RELEASE_KEY),
    );
  }

  entries(): [string, string][] {
    const { shows, spellings } = this.release.config;
    const known = (Object.keys(configKeys) as ConfigName[])
      .map((name): [ConfigName, unknown] => [name, this.shown(name)])
      .filter(
        ([name, value]) =>
          value !== undefined && (this.set.has(name) || (shows(name) && !isShownOnlyWhenSet(name))),
      )
      .map(([name, value]): [string, string] => [spellings[name] ?? name, String(value)]);
    return [...known, ...this.others];
  }

  /**
   * Takes properties text at run time: keys not known before and values that do not parse are passed over, as upstream
   * does, and the whole configuration is written back, the file before it kept as .bak.
   */
  update(text: string): UpdateOutcome {
    const given = parseProperties(text);
    const blackList = [...NEVER_CHANGED, ...this.values.configBlackList.split(";")];
    if (blackList.some((key) => given.has(key))) return { refused: "black-list" };
    const changed = [...given]
      .filter(([key, value]) => this.change(key, value))
      .map(([key]) => key);
    clamp(this.values);
    this.dataVersion.timestamp = this.clock.now();
    this.dataVersion.counter++;
    this.write();
    return { changed };
  }

  private change(given: string, text: string): boolean {
    const name = oldSpellings[given] ?? given;
    if (!isConfigName(name)) {
      if (!this.others.has(name)) return false;
      this.others.set(name, text);
      return true;
    }
    const key: ConfigKey<unknown> = configKeys[name];
    const parsed = key.parse(text);
    if (parsed.problem !== undefined)
      this.logger.warn(`${name}: ${JSON.stringify(text)} ${parsed.problem}`);
    if (parsed.value === undefined) return false;
    this.set.add(name);
    if (key.applies === "start") this.pending.set(name, parsed.value);
    else assign(this.values, name, parsed.value);
    return true;
  }

  private take(given: ReadonlyMap<string, string>): {
    others: Map<string, string>;
    problems: ConfigProblem[];
  } {
    const others = new Map<string, string>();
    const problems: ConfigProblem[] = [];
    for (const [spelt, text] of given) {
      const name = oldSpellings[spelt] ?? spelt;
      if (name !== spelt && given.has(name)) continue;
      if (!isConfigName(name)) {
        others.set(spelt, text);
        continue;
      }
      const parsed = (configKeys[name] as ConfigKey<unknown>).parse(text);
      if (parsed.problem !== undefined) {
        problems.push({
          key: spelt,
          text,
          message: `${spelt}: ${JSON.stringify(text)} ${parsed.problem}`,
        });
      }
      if (parsed.value === undefined) continue;
      this.set.add(name);
      assign(this.values, name, parsed.value);
    }
    return { others, problems };
  }

  private shown(name: ConfigName): unknown {
    return this.pending.has(name) ? this.pending.get(name) : this.values[name];
  }

  /** Known keys that were given a value of their own but change nothing in this engine. */
  get withoutEffect(): readonly ConfigName[] {
    return [...this.set].filter((name) => {
      const { applies, initial } = configKeys[name];
      const usual = this.release.config.defaults[name] ?? initial;
      return applies === "inert" && this.values[name] !== usual;
    });
  }

  private report(): void {
    const list = (keys: Iterable<string>): string => [...keys].join(", ");
    for (const { message } of this.problems) this.logger.warn(`configuration: ${message}`);
    const unknown = [...this.unknown.keys()].filter((key) => !isSystemProperty(key));
    if (unknown.length > 0) {
      this.logger.warn(`configuration: unknown keys are kept without effect: ${list(unknown)}`);
    }
    const { withoutEffect } = this;
    if (withoutEffect.length > 0) {
      this.logger.info(`configuration: known here, but without effect: ${list(withoutEffect)}`);
    }
  }

  private write(): void {
    const { files, path } = this;
    files.makeDirectory(dirname(path));
    const before = files.readText(path);
    if (before !== undefined) files.writeText(`${path}.bak`, before);
    replaceText(files, path, formatProperties(this.entries()));
  }
}

function machine({ machine: given = {}, files }: ConfigSource): Machine {
  return {
    cpus: given.cpus ?? cpus().length,
    hostName: given.hostName ?? hostname(),
    home: given.home ?? homedir(),
    address: given.address ?? localAddress((name) => files.exists(`/sys/class/net/${name}/bridge`)),
  };
}

function defaults(of: Machine): BrokerConfig {
  const initial = ({ initial: value }: ConfigKey<unknown>): unknown =>
    typeof value === "function" ? (value as (machine: Machine) => unknown)(of) : value;
  return Object.fromEntries(
    Object.entries(configKeys).map(([name, key]) => [name, initial(key as ConfigKey<unknown>)]),
  ) as BrokerConfig;
}

/** The value came from the key's own parser, so it has the key's type. */
function assign(config: BrokerConfig, name: ConfigName, value: unknown): void {
  (config as Record<string, unknown>)[name] = value;
}

function usage(message: string): RocketmqError {
  return new RocketmqError(message, { kind: "usage" });
}
