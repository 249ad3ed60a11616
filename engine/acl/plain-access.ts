/** Access control of 4.x: accounts in YAML files, read again when they change. Upstream: PlainAccessValidator, PlainPermissionManager. */
import { dirname } from "node:path";
import type { Clock, Timer } from "../base/clock.js";
import { messageOf, RocketmqError } from "../base/errors.js";
import { type Files, replaceText } from "../base/files.js";
import type { Logger } from "../base/log.js";
import type { Service } from "../base/service.js";
import type { ClusterAclConfig, PlainAccessConfig } from "../protocol/bodies/cluster-acl-config.js";
import type { RemotingCommand } from "../protocol/remoting-command.js";
import { type AddressTest, addressTest } from "./address-pattern.js";
import {
  type Account,
  accountOf,
  EMPTY_FILE,
  type FileVersion,
  formatPlainFile,
  parsePlainFile,
  type PlainFile,
} from "./plain-file.js";
import { NEED_PUB, refusalOf } from "./plain-permission.js";
import { neededBy, needsAdmin } from "./plain-resources.js";
import { isSignedBy } from "./signature.js";

export interface PlainAccessOptions {
  /** The one file that always counts, made when it is missing. */
  defaultFile: string;
  /** Every .yml and .yaml below it counts too. */
  folder: string;
  files: Files;
  logger: Logger;
  clock: Clock;
}

/** A file as it was read. */
interface Loaded {
  stamp: string;
  content: PlainFile;
  accounts: readonly Account[];
  white: readonly AddressTest[];
}

/** How often the files are looked at; upstream's watcher does it twice as often. */
const WATCH_MS = 1000;
const TRACE_TOPIC = "RMQ_SYS_TRACE_TOPIC";
const FOLDER_DEPTH = 8;

export class PlainAccess implements Service {
  private readonly options: PlainAccessOptions;
  private loaded = new Map<string, Loaded>();
  private accounts = new Map<string, Account>();
  private white: readonly AddressTest[] = [];
  private watch: Timer | undefined;

  constructor(options: PlainAccessOptions) {
    this.options = options;
  }

  /** Throws kind "usage" when a file cannot be read: a broker must not start with rules that it does not know. */
  start(): void {
    const { files, defaultFile } = this.options;
    if (!files.exists(defaultFile)) this.write(defaultFile, EMPTY_FILE);
    for (const path of this.paths()) this.loaded.set(path, this.read(path));
    this.index();
    this.watch = this.options.clock.every(WATCH_MS, () => this.reload());
  }

  stop(): void {
    this.watch?.cancel();
  }

  /** Why a request from this address ("ip:port") is refused; undefined when it is not. */
  refusal(command: RemotingCommand, remoteAddress: string): string | undefined {
    const address = hostOf(remoteAddress);
    if (this.white.some((test) => test(address))) return undefined;
    const accessKey = command.extFields["AccessKey"];
    if (accessKey === undefined || accessKey === "") return "No accessKey is configured";
    const account = this.accounts.get(accessKey);
    if (account === undefined) return `No acl config for ${accessKey}`;
    if (account.isWhite(address)) return undefined;
    if (!isSignedBy(command, account.secretKey)) {
      return `Check signature failed for accessKey=${accessKey}`;
    }
    if (needsAdmin(command.code) && !account.isAdmin) {
      return `Need admin permission for request code=${command.code}, but accessKey=${accessKey} is not`;
    }
    const needed = neededBy(command);
    const isTrace = needed.some(
      ({ resource, need }) => resource === TRACE_TOPIC && need === NEED_PUB,
    );
    return isTrace ? undefined : refusalOf(account, needed);
  }

  /** Every file with its version, the default one first. */
  versions(): ReadonlyMap<string, FileVersion> {
    return new Map([...this.loaded].map(([path, { content }]) => [path, content.version]));
  }

  config(): ClusterAclConfig {
    const files = [...this.loaded.values()];
    return {
      globalWhiteAddrs: files.flatMap(({ content }) => content.globalWhiteAddresses),
      plainAccessConfigs: files.flatMap(({ content }) => content.accounts),
    };
  }

  /** Makes an account in the default file, or changes what is given of one where it stands. Throws kind "usage". */
  put(given: PlainAccessConfig): void {
    const path = this.pathOf(given.accessKey) ?? this.options.defaultFile;
    const { content } = this.loadedAt(path);
    const before = content.accounts.find(({ accessKey }) => accessKey === given.accessKey);
    const after = before === undefined ? given : { ...before, ...definedOf(given) };
    accountOf(after);
    const accounts =
      before === undefined
        ? [...content.accounts, after]
        : content.accounts.map((account) => (account === before ? after : account));
    this.change(path, { ...content, accounts });
  }

  /** False when there is no such account. */
  delete(accessKey: string): boolean {
    const path = this.pathOf(accessKey);
    if (path === undefined) return false;
    const { content } = this.loadedAt(path);
    const accounts = content.accounts.filter((account) => account.accessKey !== accessKey);
    this.change(path, { ...content, accounts });
    return true;
  }

  /** Throws kind "usage" for a bad pattern and for a file that is none of the known ones. */
  setGlobalWhiteAddresses(addresses: readonly string[], path = this.options.defaultFile): void {
    for (const address of addresses) addressTest(address);
    const { content } = this.loadedAt(path);
    this.change(path, { ...content, globalWhiteAddresses: [...addresses] });
  }

  private loadedAt(path: string): Loaded {
    const loaded = this.loaded.get(path);
    if (loaded === undefined) {
      throw new RocketmqError(`The file ${path} is no file of accounts`, { kind: "usage" });
    }
    return loaded;
  }

  private pathOf(accessKey: string | undefined): string | undefined {
    const holds = ({ accounts }: Loaded): boolean =>
      accounts.some((account) => account.accessKey === accessKey);
    return [...this.loaded].find(([, loaded]) => holds(loaded))?.[0];
  }

  private change(path: string, content: PlainFile): void {
    const version = {
      timestamp: this.options.clock.now(),
      counter: content.version.counter + 1,
    };
    this.write(path, { ...content, version });
    this.loaded.set(path, this.read(path));
    this.index();
  }

  private write(path: string, content: PlainFile): void {
    const { files } = this.options;
    files.makeDirectory(dirname(path));
    replaceText(files, path, formatPlainFile(content));
  }

  private read(path: string): Loaded {
    const stamp = this.stampOf(path);
    try {
      const content = parsePlainFile(this.options.files.readText(path) ?? "");
      return {
        stamp,
        content,
        accounts: content.accounts.map(accountOf),
        white: content.globalWhiteAddresses.map(addressTest),
      };
    } catch (cause) {
      throw new RocketmqError(`${path}: ${messageOf(cause)}`, { kind: "usage", cause });
    }
  }

  private reload(): void {
    let isChanged = false;
    const after = new Map<string, Loaded>();
    for (const path of this.paths()) {
      const before = this.loaded.get(path);
      if (before?.stamp === this.stampOf(path)) after.set(path, before);
      else {
        isChanged = true;
        const loaded = this.reread(path, before);
        if (loaded !== undefined) after.set(path, loaded);
      }
    }
    if (!isChanged && after.size === this.loaded.size) return;
    this.loaded = after;
    this.index();
    this.options.logger.info("access rules were read again");
  }

  /** What does not parse leaves what there was, and is reported once. */
  private reread(path: string, before: Loaded | undefined): Loaded | undefined {
    try {
      return this.read(path);
    } catch (error) {
      this.options.logger.error(`changed access rules are not taken: ${messageOf(error)}`);
      return before && { ...before, stamp: this.stampOf(path) };
    }
  }

  private index(): void {
    const accounts = new Map<string, Account>();
    for (const [path, loaded] of this.loaded) {
      for (const account of loaded.accounts) {
        if (!accounts.has(account.accessKey)) accounts.set(account.accessKey, account);
        else {
          this.options.logger.warn(`${path}: the account ${account.accessKey} is there already`);
        }
      }
    }
    this.accounts = accounts;
    this.white = [...this.loaded.values()].flatMap(({ white }) => white);
  }

  private paths(): string[] {
    const { defaultFile, folder } = this.options;
    return [...new Set([defaultFile, ...this.below(folder, FOLDER_DEPTH)])];
  }

  private below(folder: string, depth: number): string[] {
    const { files } = this.options;
    return files.list(folder).flatMap((name) => {
      const path = `${folder}/${name}`;
      if (files.isDirectory(path)) return depth > 0 ? this.below(path, depth - 1) : [];
      return /\.ya?ml$/.test(name) && name !== "tools.yml" ? [path] : [];
    });
  }

  private stampOf(path: string): string {
    const { files } = this.options;
    return `${files.inode(path)}:${files.size(path)}:${files.modifiedMs(path)}`;
  }
}

/** The address without its port. */
export function hostOf(remoteAddress: string): string {
  const at = remoteAddress.lastIndexOf(":");
  return at === -1 ? remoteAddress : remoteAddress.slice(0, at);
}

function definedOf(given: PlainAccessConfig): Partial<PlainAccessConfig> {
  const isGiven = ([, value]: [string, unknown]): boolean =>
    value !== undefined && !(Array.isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries(given).filter(isGiven));
}
