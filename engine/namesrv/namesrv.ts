/** The name server put together. Upstream: NamesrvController, NamesrvStartup. */
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, systemClock, type Timer } from "../base/clock.js";
import { messageOf } from "../base/errors.js";
import { type Files, realFiles } from "../base/files.js";
import { type Logger, silentLogger } from "../base/log.js";
import { type Service, startAll, stopAll } from "../base/service.js";
import { notifyMinBrokerIdChange } from "../protocol/requests/notify-min-broker-id-change.js";
import type { RemotingClient, RemotingServer } from "../remoting/api.js";
import { createRemotingClient } from "../remoting/client.js";
import { createDispatcher, type RequestDispatcher } from "../remoting/dispatcher.js";
import { createServer } from "../remoting/server.js";
import { ownClientTls, readTlsSettings } from "../remoting/tls-settings.js";
import { KvConfig } from "./kv-config.js";
import { loadNamesrvConfiguration, type NamesrvConfiguration } from "./namesrv-config.js";
import type { NamesrvContext } from "./namesrv-context.js";
import { registerConfig } from "./processors/config.js";
import { registerKvConfig } from "./processors/kv-config.js";
import { registerRegistration } from "./processors/registration.js";
import { registerRoute } from "./processors/route.js";
import { registerTopics } from "./processors/topics.js";
import { registerWritePerm } from "./processors/write-perm.js";
import { type MinBrokerIdChange, minIdOf, RouteInfo } from "./route-info.js";

export interface NamesrvOptions {
  /** A configuration that is loaded already; else it is made of the fields below. */
  configuration?: NamesrvConfiguration | undefined;
  /** Keys and values as in a configuration file. */
  config?: Readonly<Record<string, string>> | undefined;
  /** A configuration file; changes made at run time are written to it. */
  configPath?: string | undefined;
  /** Refuse bad values instead of keeping the default. */
  strict?: boolean | undefined;
  /** Folder of kvConfig.json and namesrv.properties; default ~/namesrv. */
  dataDir?: string | undefined;
  kvConfigPath?: string | undefined;
  /** The data folder is temporary: the stop removes it. */
  removesDataDir?: boolean | undefined;
  /** Wins over bindAddress. */
  host?: string | undefined;
  /** Wins over listenPort; 0 takes any free port. */
  port?: number | undefined;
  logger?: Logger | undefined;
  clock?: Clock | undefined;
  files?: Files | undefined;
}

/**
 * Makes a name server and starts it. Without a configuration it is one for a test: on any free port of this machine,
 * and without a data folder its settings are gone at the stop.
 */
export async function startNamesrv(options: NamesrvOptions = {}): Promise<Namesrv> {
  const { configuration, config, configPath, dataDir, kvConfigPath } = options;
  const isPlain = configuration === undefined && config === undefined && configPath === undefined;
  const isOwn = isPlain && dataDir === undefined && kvConfigPath === undefined;
  const folder = join(tmpdir(), `rocketmq-namesrv-${randomBytes(6).toString("hex")}`);
  const namesrv = createNamesrv({
    ...(isPlain && { host: "127.0.0.1", port: 0 }),
    ...(isOwn && { dataDir: folder, removesDataDir: true }),
    ...options,
  });
  await namesrv.start();
  return namesrv;
}

/** Throws kind "usage" when the configuration does not do. */
export function createNamesrv(options: NamesrvOptions = {}): Namesrv {
  return new Namesrv(options);
}

/** How long a broker has to take a notification, in milliseconds. */
const NOTIFY_TIMEOUT_MS = 300;

export class Namesrv implements Service {
  readonly configuration: NamesrvConfiguration;
  private readonly clock: Clock;
  private readonly logger: Logger;
  private readonly host: string;
  private readonly kv: KvConfig;
  private readonly route: RouteInfo;
  private readonly dispatcher: RequestDispatcher;
  private readonly remoting: RemotingClient;
  private readonly server: RemotingServer;
  private scanTimer: Timer | undefined;
  private listened = 0;
  private readonly removeData: (() => void) | undefined;

  constructor(options: NamesrvOptions) {
    const files = options.files ?? realFiles;
    const { dataDir, removesDataDir } = options;
    this.removeData =
      removesDataDir === true && dataDir !== undefined
        ? () => files.removeTree(dataDir)
        : undefined;
    this.logger = options.logger ?? silentLogger;
    this.clock = options.clock ?? systemClock();
    this.configuration = options.configuration ?? configurationOf(options, files);
    const { values } = this.configuration;
    const { clock, logger } = this;
    const { release } = this.configuration;
    this.host = options.host ?? values.bindAddress;
    this.kv = new KvConfig({ files, path: values.kvConfigPath, logger });
    this.route = new RouteInfo({
      logger,
      minBrokerIdChanged: (change) => this.notifyMinBrokerId(change),
    });
    this.dispatcher = createDispatcher({ logger, release });
    const tls = readTlsSettings((name) => this.configuration.unknown.get(name), files);
    this.remoting = createRemotingClient({
      clock,
      logger,
      connectTimeoutMs: NOTIFY_TIMEOUT_MS,
      files,
      tls: ownClientTls(tls),
      version: release.version,
    });
    this.server = createServer({
      host: this.host,
      port: options.port ?? values.listenPort,
      dispatcher: this.dispatcher,
      logger,
      clock,
      idleMs: values.serverChannelMaxIdleTimeSeconds * 1000,
      tls: tls.server,
      files,
      version: release.version,
      onConnection: (connection) => connection.onClose(() => this.route.connectionLost(connection)),
    });
  }

  /** The port that is listened on; 0 before the start. */
  get port(): number {
    return this.listened;
  }

  /** "host:port" to reach it by from this machine. */
  get address(): string {
    const host = this.host === "0.0.0.0" || this.host === "::" ? "127.0.0.1" : this.host;
    return `${host}:${this.port}`;
  }

  /** The line that upstream prints when it is up; scripts wait for it. */
  bootLine(): string {
    const { printsAddress } = this.configuration.release;
    const address = printsAddress ? `, address ${this.host}:${this.port}` : "";
    return `The Name Server boot success. serializeType=JSON${address}`;
  }

  async start(): Promise<void> {
    this.kv.load();
    const context: NamesrvContext = {
      configuration: this.configuration,
      route: this.route,
      kv: this.kv,
      clock: this.clock,
      logger: this.logger,
      startedMs: this.clock.now(),
    };
    registerRegistration(this.dispatcher, context);
    registerRoute(this.dispatcher, context);
    registerTopics(this.dispatcher, context);
    registerKvConfig(this.dispatcher, context);
    registerWritePerm(this.dispatcher, context);
    registerConfig(this.dispatcher, context);
    await startAll([this.remoting, this.server]);
    this.configuration.values.listenPort = this.listened = this.server.port;
    const intervalMs = this.configuration.values.scanNotActiveBrokerInterval;
    this.scanTimer = this.clock.every(intervalMs, () => this.route.expire(this.clock.now()), 5000);
    this.logger.info(this.bootLine());
  }

  /** Closes every connection; brokers and clients go on with another name server. */
  async stop(): Promise<void> {
    this.scanTimer?.cancel();
    this.dispatcher.goAway();
    await stopAll([this.remoting, this.server]);
    this.removeData?.();
  }

  private notifyMinBrokerId(change: MinBrokerIdChange): void {
    const { notifyMinBrokerIdChanged } = this.configuration.values;
    const minBrokerId = minIdOf(change.brokerAddrs);
    if (!notifyMinBrokerIdChanged || minBrokerId === undefined) return;
    const { brokerName, brokerAddrs, offlineBrokerAddr, haBrokerAddr } = change;
    const minBrokerAddr = brokerAddrs.get(minBrokerId);
    const header = { minBrokerId, brokerName, minBrokerAddr, offlineBrokerAddr, haBrokerAddr };
    const isToldToAll = offlineBrokerAddr !== undefined || brokerAddrs.size === 1;
    for (const address of brokerAddrs.values()) {
      if (!isToldToAll && address === minBrokerAddr) continue;
      this.remoting
        .callOneway(address, notifyMinBrokerIdChange, header, { timeoutMs: NOTIFY_TIMEOUT_MS })
        .catch((error: unknown) =>
          this.logger.warn(`${address} is not notified: ${messageOf(error)}`),
        );
    }
  }
}

function configurationOf(options: NamesrvOptions, files: Files): NamesrvConfiguration {
  const { config, configPath, strict, logger, dataDir, kvConfigPath } = options;
  const properties = kvConfigPath === undefined ? config : { ...config, kvConfigPath };
  return loadNamesrvConfiguration({ properties, path: configPath, files, logger, strict, dataDir });
}
