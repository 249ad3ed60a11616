/** The composition root of the broker. Upstream: BrokerStartup, BrokerController. */
import { type Clock, systemClock } from "../base/clock.js";
import { messageOf } from "../base/errors.js";
import { type Files, realFiles } from "../base/files.js";
import { type Logger, silentLogger } from "../base/log.js";
import { type Service, startAll, stopAll } from "../base/service.js";
import { notifyConsumerIdsChanged } from "../protocol/requests/notify-consumer-ids-changed.js";
import type { RemotingClient } from "../remoting/api.js";
import { createRemotingClient } from "../remoting/client.js";
import { ownClientTls, readTlsSettings, type TlsSettings } from "../remoting/tls-settings.js";
import { createMessageStore } from "../store/message-store.js";
import type { Host, MessageStore } from "../store/store-api.js";
import { BrokerAccess } from "./access.js";
import { adoptTopics } from "./adopt-topics.js";
import type { BrokerContext } from "./broker-context.js";
import { BrokerPort, type BrokerPortOptions } from "./broker-port.js";
import { ConnectedClients } from "./client-registry.js";
import type { BrokerConfig, BrokerConfiguration } from "./config/broker-config.js";
import { ConsumerFilters } from "./consumer-filter.js";
import { ConsumerOffsets } from "./consumer-offset.js";
import { JsonConfigFile } from "./json-config-file.js";
import { HeldPulls } from "./long-polling/pull-holds.js";
import { MetricsExporter } from "./metrics/metrics-exporter.js";
import { BrokerRegistration } from "./namesrv-registration.js";
import { PopService } from "./pop/pop-service.js";
import { registerMainOnly, type Registered } from "./processors/register.js";
import { RebalanceLockTable } from "./rebalance-lock.js";
import type { BrokerRelease } from "./release.js";
import { ScheduleMessages } from "./schedule/schedule-message.js";
import { BrokerStats } from "./stats/broker-stats.js";
import { SubscriptionGroups } from "./subscription-group.js";
import { TimerMessages } from "./timer/timer-messages.js";
import { TopicConfigs } from "./topic-config.js";
import { Transactions } from "./transaction/transactions.js";

export interface BrokerOptions {
  configuration: BrokerConfiguration;
  logger?: Logger | undefined;
  clock?: Clock | undefined;
  files?: Files | undefined;
  /** Is a fast port (listenPort − 2) that cannot be had a reason not to start? */
  isFastPortRequired?: boolean | undefined;
  /** Clients may read but not send, as with a store that cannot be written to; queues without a topic get one. */
  refusesSends?: boolean | undefined;
  /** Name servers are told that topics are only there to be read. */
  hidesWriting?: boolean | undefined;
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
  private readonly writing: Pick<BrokerOptions, "refusesSends" | "hidesWriting">;

  private readonly tls: TlsSettings;
  private readonly access: BrokerAccess;
  private readonly remoting: RemotingClient;
  private readonly store: MessageStore;
  private readonly topics: TopicConfigs;
  private readonly groups: SubscriptionGroups;
  private readonly offsets: ConsumerOffsets;
  private readonly clients: ConnectedClients;
  private readonly filters: ConsumerFilters;
  private readonly holds: HeldPulls;
  private readonly locks: RebalanceLockTable;
  private readonly stats: BrokerStats;
  private readonly schedule: ScheduleMessages;
  private readonly timer: TimerMessages;
  private readonly registration: BrokerRegistration;
  private readonly transactions: Transactions;
  private readonly pop: PopService;
  private readonly services: readonly Service[];
  private readonly configFiles: JsonConfigFile[] = [];

  private isAnyPort = false;
  private mainPort: BrokerPort | undefined;
  private fast: BrokerPort | undefined;
  private storeHost: Host;
  private bootTime = 0;

  constructor(options: BrokerOptions) {
    this.configuration = options.configuration;
    this.config = options.configuration.values;
    this.logger = options.logger ?? silentLogger;
    this.clock = options.clock ?? systemClock();
    this.files = options.files ?? realFiles;
    this.isFastPortRequired = options.isFastPortRequired ?? false;
    this.writing = options;
    const { config, clock, logger, files, release } = this;
    this.storeHost = { address: config.brokerIP1, port: config.listenPort };
    this.access = new BrokerAccess({ configuration: this.configuration, files, logger, clock });
    this.tls = readTlsSettings((name) => this.configuration.unknown.get(name), files);
    this.remoting = this.createRemoting();
    this.store = createMessageStore({ config, clock, logger, files });
    this.topics = new TopicConfigs({ file: this.file("topics.json"), clock, config, release });
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
    this.filters = new ConsumerFilters({
      file: this.file("consumerFilter.json"),
      clock,
      logger,
      config,
    });
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
    this.schedule = new ScheduleMessages({
      config,
      clock,
      logger,
      store: this.store,
      stats: this.stats,
      file: this.file("delayOffset.json"),
    });
    this.timer = new TimerMessages({
      config,
      clock,
      logger,
      files,
      store: this.store,
      stats: this.stats,
      file: this.file("timermetrics"),
    });
    this.registration = this.createRegistration();
    this.topics.onChange = (changed) => this.registration.registerTopics(changed);
    this.transactions = new Transactions(this.context(), this.file("transactionMetrics"));
    this.pop = new PopService({
      context: this.context(),
      orderFile: this.file("consumerOrderInfo.json"),
      modeFile: this.file("messageRequestMode.json"),
    });
    this.services = this.inOrder();
  }

  private get release(): BrokerRelease {
    return this.configuration.release;
  }

  /** The port that clients use; 0 before the start when any free one was asked for. */
  get port(): number {
    return this.storeHost.port;
  }

  /** The port without pulls (upstream: VIP channel); undefined while it is not served. */
  get fastPort(): number | undefined {
    return this.fast?.port;
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
      this.access,
      this.remoting,
      this.store,
      { start: () => this.adoptTopics(), stop: () => undefined },
      this.persistence(),
      this.filters,
      this.transactions,
      { start: () => this.pop.recover(), stop: () => undefined },
      { start: () => this.listen(), stop: () => this.mainPort?.stop() },
      { start: () => this.listenFast(), stop: () => this.fast?.stop() },
      this.holds,
      this.pop,
      this.clients,
      this.stats,
      this.schedule,
      this.timer,
      this.metrics(),
      this.registration,
    ];
  }

  private async loadTables(): Promise<void> {
    this.files.makeDirectory(`${this.config.storePathRootDir}/config`);
    this.topics.load();
    this.offsets.load();
    this.groups.load();
    this.pop.load();
    await this.filters.load();
  }

  private adoptTopics(): void {
    if (this.writing.refusesSends !== true) return;
    const adopted = adoptTopics(this.store, this.topics);
    if (adopted.length > 0) this.logger.warn("queues without a topic got one", { topics: adopted });
  }

  private metrics(): Service {
    return new MetricsExporter({
      context: () => this.context(),
      dispatchers: () => [this.mainPort, this.fast].flatMap((port) => port?.dispatcher ?? []),
    });
  }

  private persistence(): Service {
    let timer: { cancel(): void } | undefined;
    const persist = (): void => {
      try {
        this.offsets.persist();
        this.pop.persist();
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
        for (const table of [this.offsets, this.topics, this.groups, this.pop]) {
          try {
            table.persist();
          } catch (error) {
            this.logger.error("a table was not written at the stop", { error: messageOf(error) });
          }
        }
        await Promise.all(this.configFiles.map((file) => file.settled()));
      },
    };
  }

  private async listen(): Promise<void> {
    const { config } = this;
    const port = new BrokerPort(this.portOptions(config.listenPort));
    registerMainOnly(port.dispatcher, this.registered());
    await port.start();
    this.mainPort = port;
    this.isAnyPort ||= config.listenPort === 0;
    config.listenPort = port.port;
    if (config.haListenPort <= 0) config.haListenPort = port.port + 1;
    this.storeHost = { address: config.brokerIP1, port: port.port };
  }

  private async listenFast(): Promise<void> {
    const { listenPort } = this.config;
    const port = new BrokerPort(this.portOptions(this.isAnyPort ? 0 : listenPort - 2));
    try {
      await port.start();
      this.fast = port;
    } catch (error) {
      if (this.isFastPortRequired) throw error;
      this.logger.warn("the fast port is not served", { error: messageOf(error) });
    }
  }

  private portOptions(port: number): BrokerPortOptions {
    const { config, clock, logger } = this;
    const { access } = this;
    const tls = this.tls.server;
    return {
      config,
      clock,
      logger,
      port,
      registered: this.registered(),
      access,
      tls,
      files: this.files,
    };
  }

  private registered(): Registered {
    const { clients, holds, transactions, pop } = this;
    return { context: this.context(), clients, holds, transactions, pop };
  }

  private context(): BrokerContext {
    const address = (): string => this.address;
    const storeHost = (): Host => this.storeHost;
    const bootTime = (): number => this.bootTime;
    return {
      config: this.config,
      configuration: this.configuration,
      release: this.release,
      clock: this.clock,
      logger: this.logger,
      files: this.files,
      store: this.store,
      topics: this.topics,
      groups: this.groups,
      offsets: this.offsets,
      clients: this.clients,
      filters: this.filters,
      holds: this.holds,
      locks: this.locks,
      stats: this.stats,
      schedule: this.schedule,
      timer: this.timer,
      registration: this.registration,
      remoting: this.remoting,
      refusesSends: this.writing.refusesSends === true,
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

  private createRegistration(): BrokerRegistration {
    const { config, clock, logger, remoting, topics } = this;
    return new BrokerRegistration({
      config,
      clock,
      logger,
      remoting,
      topics,
      brokerAddress: () => this.address,
      haServerAddress: () => `${config.brokerIP2}:${config.haListenPort}`,
      hidesWriting: this.writing.hidesWriting,
    });
  }

  private createRemoting(): RemotingClient {
    const { clock, logger, files } = this;
    const { sign } = this.access;
    const { version } = this.release;
    return createRemotingClient({
      clock,
      logger,
      files,
      tls: ownClientTls(this.tls),
      sign,
      version,
    });
  }

  private createClients(): ConnectedClients {
    return new ConnectedClients({
      clock: this.clock,
      logger: this.logger,
      isNotifyEnabled: () => this.config.notifyConsumerIdsChangedEnable,
      isNotifiedAtOnce: () => this.config.realTimeNotifyConsumerChange,
      onGroupGone: (group) => this.filters.unregister(group),
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
