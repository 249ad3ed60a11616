/** The composition root of the broker. Upstream: BrokerStartup, BrokerController. */
import { type Clock, systemClock } from "../base/clock.js";
import { messageOf, RocketmqError } from "../base/errors.js";
import { type Files, realFiles } from "../base/files.js";
import { type Logger, silentLogger } from "../base/log.js";
import { type Service, startAll, stopAll } from "../base/service.js";
import { notifyConsumerIdsChanged } from "../protocol/requests/notify-consumer-ids-changed.js";
import type { RemotingClient, RemotingServer } from "../remoting/api.js";
import { createRemotingClient } from "../remoting/client.js";
import { createDispatcher } from "../remoting/dispatcher.js";
import { createServer } from "../remoting/server.js";
import { createMessageStore } from "../store/message-store.js";
import type { Host, MessageStore } from "../store/store-api.js";
import type { BrokerContext } from "./broker-context.js";
import { ConnectedClients } from "./client-registry.js";
import type { BrokerConfig, BrokerConfiguration } from "./config/broker-config.js";
import { ConsumerOffsets } from "./consumer-offset.js";
import { JsonConfigFile } from "./json-config-file.js";
import { HeldPulls } from "./long-polling/pull-holds.js";
import { BrokerRegistration } from "./namesrv-registration.js";
import { registerMainOnly, registerProcessors } from "./processors/register.js";
import { RebalanceLockTable } from "./rebalance-lock.js";
import { BrokerStats } from "./stats/broker-stats.js";
import { SubscriptionGroups } from "./subscription-group.js";
import { TopicConfigs } from "./topic-config.js";

export interface BrokerOptions {
  configuration: BrokerConfiguration;
  logger?: Logger | undefined;
  clock?: Clock | undefined;
  files?: Files | undefined;
  /** Is a fast port (listenPort − 2) that cannot be had a reason not to start? */
  isFastPortRequired?: boolean | undefined;
}

const FIRST_PERSIST_MS = 10_000;

/** A broker that is not started. */
export function createBroker(options: BrokerOptions): Broker {
  return new Broker(options);
}

export class Broker implements Service {
  private readonly configuration: BrokerConfiguration;
  private readonly config: BrokerConfig;
  private readonly logger: Logger;
  private readonly clock: Clock;
  private readonly files: Files;
  private readonly isFastPortRequired: boolean;

  private readonly remoting: RemotingClient;
  private readonly store: MessageStore;
  private readonly topics: TopicConfigs;
  private readonly groups: SubscriptionGroups;
  private readonly offsets: ConsumerOffsets;
  private readonly clients: ConnectedClients;
  private readonly holds: HeldPulls;
  private readonly locks: RebalanceLockTable;
  private readonly stats: BrokerStats;
  private readonly registration: BrokerRegistration;
  private readonly services: readonly Service[];
  private readonly configFiles: JsonConfigFile[] = [];

  private server: RemotingServer | undefined;
  private fastServer: RemotingServer | undefined;
  private storeHost: Host;
  private bootTime = 0;

  constructor(options: BrokerOptions) {
    this.configuration = options.configuration;
    this.config = options.configuration.values;
    this.logger = options.logger ?? silentLogger;
    this.clock = options.clock ?? systemClock();
    this.files = options.files ?? realFiles;
    this.isFastPortRequired = options.isFastPortRequired ?? false;
    const { config, clock, logger, files } = this;
    this.storeHost = { address: config.brokerIP1, port: config.listenPort };
    this.remoting = createRemotingClient({ clock, logger });
    this.store = createMessageStore({ config, clock, logger, files });
    this.topics = new TopicConfigs({ file: this.file("topics.json"), clock, config });
    this.groups = new SubscriptionGroups({
      file: this.file("subscriptionGroup.json"),
      clock,
      config,
    });
    this.offsets = new ConsumerOffsets({
      file: this.file("consumerOffset.json"),
      clock,
      versionStep: () => config.consumerOffsetUpdateVersionStep,
    });
    this.clients = this.createClients();
    this.holds = new HeldPulls({
      clock,
      store: this.store,
      capacity: () => config.pullThreadPoolQueueCapacity,
    });
    this.locks = new RebalanceLockTable(clock);
    this.stats = new BrokerStats({
      clock,
      config,
      isSystemTopic: (topic) => this.topics.isSystemTopic(topic),
    });
    this.registration = new BrokerRegistration({
      config,
      clock,
      logger,
      remoting: this.remoting,
      topics: this.topics,
      brokerAddress: () => this.address,
      haServerAddress: () => `${config.brokerIP2}:${config.haListenPort}`,
    });
    this.topics.onChange = (changed) => this.registration.registerTopics(changed);
    this.services = this.inOrder();
  }

  /** The port that clients use; 0 before the start when any free one was asked for. */
  get port(): number {
    return this.storeHost.port;
  }

  /** "brokerIP1:port", as registered with the name servers. */
  get address(): string {
    return `${this.storeHost.address}:${this.storeHost.port}`;
  }

  /** Upstream's line for a broker that is up. */
  bootLine(): string {
    const { brokerName, namesrvAddr } = this.config;
    const namesrv = namesrvAddr === undefined ? "" : ` and name server is ${namesrvAddr}`;
    return `The broker[${brokerName}, ${this.address}] boot success. serializeType=JSON${namesrv}`;
  }

  /** Throws a RocketmqError and leaves nothing behind when a part cannot start. */
  async start(): Promise<void> {
    this.bootTime = this.clock.now();
    await startAll(this.services);
    this.logger.info(this.bootLine());
  }

  /** Unregisters first and closes the store last. */
  async stop(): Promise<void> {
    await stopAll(this.services);
  }

  /** In the order of their start; they stop in reverse. */
  private inOrder(): Service[] {
    return [
      { start: () => this.loadTables(), stop: () => undefined },
      this.remoting,
      this.store,
      this.persistence(),
      { start: () => this.listen(), stop: () => this.server?.stop() },
      { start: () => this.listenFast(), stop: () => this.fastServer?.stop() },
      this.holds,
      this.clients,
      this.stats,
      this.registration,
    ];
  }

  private loadTables(): void {
    this.files.makeDirectory(`${this.config.storePathRootDir}/config`);
    this.topics.load();
    this.offsets.load();
    this.groups.load();
  }

  private persistence(): Service {
    let timer: { cancel(): void } | undefined;
    const persist = (): void => {
      try {
        this.offsets.persist();
      } catch (error) {
        this.logger.error("consumer offsets were not written", { error: messageOf(error) });
      }
    };
    return {
      start: () => {
        const everyMs = this.config.flushConsumerOffsetInterval;
        timer = this.clock.every(everyMs, persist, FIRST_PERSIST_MS);
      },
      stop: async () => {
        timer?.cancel();
        this.offsets.persist();
        this.topics.persist();
        this.groups.persist();
        await Promise.all(this.configFiles.map((file) => file.settled()));
      },
    };
  }

  private async listen(): Promise<void> {
    const { config, logger, clock } = this;
    const dispatcher = createDispatcher({ logger });
    registerProcessors(dispatcher, this.registered());
    registerMainOnly(dispatcher, this.registered());
    const server = createServer({
      host: config.bindAddress,
      port: config.listenPort,
      dispatcher,
      logger,
      clock,
    });
    await bind(server);
    this.server = server;
    if (config.haListenPort <= 0) config.haListenPort = server.port + 1;
    this.storeHost = { address: config.brokerIP1, port: server.port };
  }

  private async listenFast(): Promise<void> {
    const { config, logger, clock } = this;
    const dispatcher = createDispatcher({ logger });
    registerProcessors(dispatcher, this.registered());
    const port = config.listenPort === 0 ? 0 : config.listenPort - 2;
    const server = createServer({ host: config.bindAddress, port, dispatcher, logger, clock });
    try {
      await bind(server);
      this.fastServer = server;
    } catch (error) {
      if (this.isFastPortRequired) throw error;
      logger.warn("the fast port is not served", { port, error: messageOf(error) });
    }
  }

  private registered() {
    return { context: this.context(), clients: this.clients, holds: this.holds };
  }

  private context(): BrokerContext {
    const address = (): string => this.address;
    const storeHost = (): Host => this.storeHost;
    const bootTime = (): number => this.bootTime;
    return {
      config: this.config,
      configuration: this.configuration,
      clock: this.clock,
      logger: this.logger,
      files: this.files,
      store: this.store,
      topics: this.topics,
      groups: this.groups,
      offsets: this.offsets,
      clients: this.clients,
      holds: this.holds,
      locks: this.locks,
      stats: this.stats,
      registration: this.registration,
      remoting: this.remoting,
      get brokerAddress() {
        return address();
      },
      get storeHost() {
        return storeHost();
      },
      get bootTime() {
        return bootTime();
      },
    };
  }

  private createClients(): ConnectedClients {
    return new ConnectedClients({
      clock: this.clock,
      logger: this.logger,
      isNotifyEnabled: () => this.config.notifyConsumerIdsChangedEnable,
      notify: (connection, consumerGroup) => {
        if (connection.isOpen) connection.callOneway(notifyConsumerIdsChanged, { consumerGroup });
      },
    });
  }

  private file(name: string): JsonConfigFile {
    const path = `${this.config.storePathRootDir}/config/${name}`;
    const file = new JsonConfigFile(path, this.files, this.logger);
    this.configFiles.push(file);
    return file;
  }
}

/** A port that cannot be had is a failure of this machine, not of a peer. */
async function bind(server: RemotingServer): Promise<void> {
  try {
    await server.start();
  } catch (cause) {
    throw new RocketmqError(messageOf(cause), {
      kind: "failed",
      hint: "another process may be listening there: choose another listenPort",
      cause,
    });
  }
}
