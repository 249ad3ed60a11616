/**
 * Settings that name servers keep for others, e.g. the order of topics. Upstream: KVConfigManager.
 * File: `{"configTable":{namespace:{key:value}}}` on one line, with the version before it as `.bak`.
 */
import { CorruptError, messageOf } from "../base/errors.js";
import type { Files } from "../base/files.js";
import type { Logger } from "../base/log.js";
import { stringifyFastjson } from "../protocol/fastjson.js";
import { decodeShape } from "../protocol/json-body.js";
import { bean, table, text } from "../protocol/shape.js";
import { writeWithBackup } from "./backup-file.js";

/** Values are `brokerA:4;brokerB:4`: broker name and number of queues. */
export const ORDER_TOPIC_CONFIG = "ORDER_TOPIC_CONFIG";

type ConfigTable = Map<string, Map<string, string>>;

const shape = bean<{ configTable: ConfigTable }>({ configTable: table(table(text)) });

export class KvConfig {
  private readonly files: Files;
  private readonly path: string;
  private readonly logger: Logger;
  private table: ConfigTable = new Map();

  constructor(options: { files: Files; path: string; logger: Logger }) {
    this.files = options.files;
    this.path = options.path;
    this.logger = options.logger;
  }

  /** Reads the file, or its predecessor when it is damaged. A missing file is an empty table; throws CorruptError. */
  load(): void {
    const { path } = this;
    try {
      this.table =
        this.read(path) ?? this.read(`${path}.bak`) ?? new Map<string, Map<string, string>>();
    } catch (error) {
      const before = this.read(`${path}.bak`);
      if (before === undefined) throw error;
      this.logger.warn(`${path} is damaged, ${path}.bak is used: ${messageOf(error)}`);
      this.table = before;
    }
  }

  get(namespace: string, key: string): string | undefined {
    return this.table.get(namespace)?.get(key);
  }

  /** All of a namespace; undefined when there is none. */
  list(namespace: string): Record<string, string> | undefined {
    const found = this.table.get(namespace);
    return found === undefined ? undefined : Object.fromEntries(found);
  }

  put(namespace: string, key: string, value: string): void {
    const found = this.table.get(namespace);
    if (found === undefined) this.table.set(namespace, new Map([[key, value]]));
    else found.set(key, value);
    this.persist();
  }

  delete(namespace: string, key: string): void {
    this.table.get(namespace)?.delete(key);
    this.persist();
  }

  private read(path: string): ConfigTable | undefined {
    const content = this.files.readText(path);
    if (content === undefined) return undefined;
    try {
      return decodeShape("kvConfig.json", shape, content).configTable;
    } catch (cause) {
      throw new CorruptError(`${path} is no kvConfig.json: ${messageOf(cause)}`, { cause });
    }
  }

  private persist(): void {
    writeWithBackup(
      this.files,
      this.path,
      stringifyFastjson(shape.write({ configTable: this.table })),
    );
  }
}
