/** The configuration of a name server: read, shown, changed at run time, written back. Upstream: NamesrvConfig, Configuration. */
import { homedir } from "node:os";
import { join } from "node:path";
import { RocketmqError } from "../base/errors.js";
import type { Files } from "../base/files.js";
import { type Logger, silentLogger } from "../base/log.js";
import { formatProperties, parseProperties } from "../base/properties.js";
import { writeWithBackup } from "./backup-file.js";
import { RELEASE_KEY } from "../protocol/release.js";
import { type NamesrvRelease, namesrvRelease } from "./namesrv-release.js";
import { type NamesrvKey, namesrvKeys, type NamesrvValues } from "./namesrv-keys.js";

export interface NamesrvConfigSource {
  /** Keys given by the caller; they win over those of the file. */
  properties?: Readonly<Record<string, string>> | undefined;
  /** A file to read; it must exist. Changes made at run time are written to it. */
  path?: string | undefined;
  files: Files;
  logger?: Logger | undefined;
  /** Refuse to go on with a bad value of a known key, instead of keeping its default. */
  strict?: boolean | undefined;
  /** Folder of kvConfig.json and namesrv.properties unless they are named; default ~/namesrv. */
  dataDir?: string | undefined;
}

const byName = new Map<string, NamesrvKey>(namesrvKeys.map((row) => [row.name, row]));

/** Keys that no request may change, whatever configBlackList says. */
const NEVER_CHANGED = ["rocketmqHome", "configBlackList"];

/** Reads and checks a configuration; throws kind "usage" when its file is missing or, if strict, a value is bad. */
export function loadNamesrvConfiguration(source: NamesrvConfigSource): NamesrvConfiguration {
  const given = new Map<string, string>();
  if (source.path !== undefined) {
    const content = source.files.readText(source.path);
    if (content === undefined) {
      throw new RocketmqError(`the configuration file ${source.path} does not exist`, {
        kind: "usage",
      });
    }
    for (const [name, value] of parseProperties(content)) given.set(name, value);
  }
  for (const [name, value] of Object.entries(source.properties ?? {})) given.set(name, value);
  return new NamesrvConfiguration(given, source);
}

export class NamesrvConfiguration {
  /** What the server behaves as. */
  readonly release: NamesrvRelease;
  /** What the server works with; changed in place. */
  readonly values: NamesrvValues;
  /** Keys that are none of ours: kept, shown and written back. */
  readonly unknown = new Map<string, string>();
  private readonly files: Files;
  private readonly logger: Logger;
  /** Keys that somebody gave a value. */
  private readonly set = new Set<string>();
  /** Changed at run time, to take effect with the next start. */
  private readonly pending = new Map<string, unknown>();

  constructor(given: ReadonlyMap<string, string>, source: NamesrvConfigSource) {
    this.files = source.files;
    this.logger = source.logger ?? silentLogger;
    const dataDir = source.dataDir ?? join(homedir(), "namesrv");
    const initial = Object.fromEntries(
      namesrvKeys.map(({ name, initial: value }) => [name, value]),
    );
    this.release = namesrvRelease(given.get(RELEASE_KEY));
    this.values = { ...(initial as unknown as NamesrvValues), ...this.release.config.defaults };
    this.values.kvConfigPath = join(dataDir, "kvConfig.json");
    this.values.configStorePath = join(dataDir, "namesrv.properties");
    for (const [name, text] of given) {
      const problem = this.take(name, text);
      if (problem !== undefined && source.strict === true)
        throw new RocketmqError(problem, { kind: "usage" });
      if (problem !== undefined) this.logger.warn(`configuration: ${problem}`);
    }
    if (source.path !== undefined) this.values.configStorePath = source.path;
  }

  /**
   * Every key with a value as text, sorted by name, but no passwords of files and not what the server only behaves as:
   * the body of GET_NAMESRV_CONFIG.
   */
  text(): string {
    return formatProperties(
      this.entries().filter(([name]) => !name.endsWith("keyPassword") && name !== RELEASE_KEY),
    );
  }

  entries(): [string, string][] {
    const known = namesrvKeys
      .map(({ name }): [string, unknown] => [name, this.pending.get(name) ?? this.values[name]])
      .filter(([name, value]) => value !== "" && (this.set.has(name) || this.isShown(name)));
    return [...known, ...this.unknown].map(([name, value]) => [name, String(value)]);
  }

  /**
   * Takes properties text at run time and writes the whole configuration to its file. Keys not known and values that do
   * not parse are passed over, as upstream does. False when a key is on the black list; then nothing is changed.
   */
  update(text: string): boolean {
    const given = parseProperties(text);
    const blackList = [...NEVER_CHANGED, ...this.values.configBlackList.split(";")];
    if (blackList.some((name) => given.has(name.trim()))) return false;
    for (const [name, value] of given) this.change(name, value);
    const everything = formatProperties(this.entries());
    writeWithBackup(this.files, this.values.configStorePath, everything);
    return true;
  }

  private change(name: string, text: string): void {
    const row = byName.get(name);
    if (row === undefined) {
      if (this.unknown.has(name)) this.unknown.set(name, text);
      return;
    }
    const value = parse(row, text);
    if (value === undefined) {
      this.logger.warn(`configuration: ${problemOf(row, text)}`);
      return;
    }
    if (row.applies !== "start") this.assign(name, value);
    else {
      this.pending.set(name, value);
      this.set.add(name);
    }
  }

  private isShown(name: string): boolean {
    return name !== RELEASE_KEY && this.release.config.shows(name);
  }

  /** Takes a key at the start; returns what is wrong with it. */
  private take(name: string, text: string): string | undefined {
    const row = byName.get(name);
    if (row === undefined) {
      this.unknown.set(name, text);
      return undefined;
    }
    const value = parse(row, text);
    if (value === undefined) return problemOf(row, text);
    this.assign(name, value);
    return undefined;
  }

  /** The value came from the key's own parser, so it has the key's type. */
  private assign(name: string, value: string | number | boolean): void {
    (this.values as unknown as Record<string, unknown>)[name] = value;
    this.set.add(name);
  }
}

function problemOf(row: NamesrvKey, text: string): string {
  const wanted = row.choices === undefined ? `no ${row.type}` : `none of ${row.choices.join(", ")}`;
  return `${row.name}: ${JSON.stringify(text)} is ${wanted}`;
}

const INT_MAX = 2 ** 31 - 1;

/** undefined when the text is no value of the key; a boolean is true or false, in any case. */
function parse(row: NamesrvKey, text: string): string | number | boolean | undefined {
  const trimmed = text.trim();
  if (row.choices?.includes(trimmed) === false) return undefined;
  if (row.type === "string") return trimmed;
  if (row.type === "boolean") {
    const lower = trimmed.toLowerCase();
    return lower === "true" || lower === "false" ? lower === "true" : undefined;
  }
  const value = /^[+-]?\d+$/.test(trimmed) ? Number(trimmed) : NaN;
  const bound = row.type === "int" ? INT_MAX : Number.MAX_SAFE_INTEGER;
  return Math.abs(value) <= bound ? value : undefined;
}
