import { messageOf } from "../base/errors.js";
import type { Clock } from "../base/clock.js";
import { crc32 } from "../base/crc32.js";
import type { Logger } from "../base/log.js";
import type { DataVersion } from "../protocol/bodies/data-version.js";
import type { TopicConfig } from "../protocol/bodies/topic-config.js";
import { registerBrokerBody } from "../protocol/bodies/register-broker-body.js";
import { registerBroker } from "../protocol/requests/register-broker.js";
import { unregisterBroker } from "../protocol/requests/unregister-broker.js";
import type { RemotingClient } from "../remoting/api.js";
import { type NamesrvRegistration, PERM_WRITE } from "./broker-context.js";
import type { BrokerConfig } from "./config/broker-config.js";

const FIRST_PERIOD_MS = 10_000;
const UNREGISTER_TIMEOUT_MS = 3_000;

export interface RegistrationOptions {
  config: BrokerConfig;
  clock: Clock;
  logger: Logger;
  remoting: RemotingClient;
  brokerAddress: () => string;
  haServerAddress: () => string;
  /** Producers are not to choose this broker: its topics are registered without the permission to write. */
  hidesWriting?: boolean | undefined;
  topics: {
    readonly dataVersion: DataVersion;
    all(): ReadonlyMap<string, TopicConfig>;
    get(topic: string): TopicConfig | undefined;
    markOrdered(topics: ReadonlySet<string>): void;
  };
}

/** What one name server has still to be told. */
interface Pending {
  isAll: boolean;
  topics: Set<string>;
  /** The exchange under way. */
  running: Promise<void> | undefined;
}

/**
 * Keeps all name servers told of this broker and its topics. Upstream: BrokerOuterAPI.registerBrokerAll. Each name
 * server has at most one registration under way; changes that come meanwhile go together into the next one, which
 * carries the data version of its moment. So no two different states are ever sent under one version, nor out of order.
 */
export class BrokerRegistration implements NamesrvRegistration {
  private readonly options: RegistrationOptions;
  private readonly pending = new Map<string, Pending>();
  private timer: { cancel(): void } | undefined;
  private isStopped = true;

  constructor(options: RegistrationOptions) {
    this.options = options;
  }

  get addresses(): readonly string[] {
    return (this.options.config.namesrvAddr ?? "").split(";").flatMap((part) => part.trim() || []);
  }

  /** Registers with all name servers; one that is down does not fail the start. */
  async start(): Promise<void> {
    this.isStopped = false;
    const { clock, config } = this.options;
    const periodMs = Math.max(10_000, Math.min(config.registerNameServerPeriod, 60_000));
    this.timer = clock.every(periodMs, () => void this.registerAll(), FIRST_PERIOD_MS);
    await this.registerAll();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    this.timer?.cancel();
    await Promise.all(this.addresses.map((address) => this.unregister(address)));
  }

  async registerAll(): Promise<void> {
    await Promise.all(
      this.addresses.map((address) => {
        const pending = this.pendingOf(address);
        pending.isAll = true;
        return this.run(address, pending);
      }),
    );
  }

  registerTopics(topics: readonly TopicConfig[]): void {
    for (const address of this.addresses) {
      const pending = this.pendingOf(address);
      for (const topic of topics) pending.topics.add(topic.topicName);
      void this.run(address, pending);
    }
  }

  private run(address: string, pending: Pending): Promise<void> {
    pending.running ??= this.drain(address, pending).finally(() => {
      pending.running = undefined;
    });
    return pending.running;
  }

  private async drain(address: string, pending: Pending): Promise<void> {
    // Changes of one turn of the event loop travel together.
    await Promise.resolve();
    while (!this.isStopped && (pending.isAll || pending.topics.size > 0)) {
      const names = pending.isAll ? undefined : [...pending.topics];
      pending.isAll = false;
      pending.topics.clear();
      try {
        await this.register(address, names);
      } catch (error) {
        // The next round tells it everything, because what was lost may be any change.
        this.options.logger.warn("name server did not take the registration", {
          namesrv: address,
          error: messageOf(error),
        });
        pending.topics.clear();
        if (names !== undefined) this.retryLater(address, pending);
        return;
      }
    }
  }

  private retryLater(address: string, pending: Pending): void {
    pending.isAll = true;
    this.options.clock.after(1_000, () => {
      if (!this.isStopped) void this.run(address, pending);
    });
  }

  private async register(address: string, names: readonly string[] | undefined): Promise<void> {
    const { config, topics, remoting } = this.options;
    const topicConfigTable = new Map<string, TopicConfig>();
    for (const name of names ?? topics.all().keys()) {
      const topic = topics.get(name);
      if (topic !== undefined) topicConfigTable.set(name, this.advertised(topic));
    }
    const content = {
      filterServerList: [],
      topicConfigSerializeWrapper: {
        dataVersion: { ...topics.dataVersion },
        mappingDataVersion: { ...topics.dataVersion },
        topicConfigTable,
        topicQueueMappingDetailMap: new Map(),
        topicQueueMappingInfoMap: new Map(),
      },
    };
    const body = registerBrokerBody.encode(content);
    const header = {
      brokerName: config.brokerName,
      brokerAddr: this.options.brokerAddress(),
      clusterName: config.brokerClusterName,
      haServerAddr: this.options.haServerAddress(),
      brokerId: config.brokerId,
      compressed: false,
      enableActingMaster: false,
      bodyCrc32: crc32(body),
    };
    const timeoutMs = config.registerBrokerTimeoutMills;
    const answer = await remoting.call(address, registerBroker, header, { body, timeoutMs });
    if (names !== undefined || answer.body === undefined || answer.body.length === 0) return;
    this.options.topics.markOrdered(new Set(Object.keys(answer.content().table)));
  }

  /** A topic's permission can be no more than the broker's. */
  private advertised(topic: TopicConfig): TopicConfig {
    const { config, hidesWriting } = this.options;
    const allowed = config.brokerPermission & (hidesWriting === true ? ~PERM_WRITE : ~0);
    if ((allowed & 6) === 6) return topic;
    return { ...topic, perm: topic.perm & allowed };
  }

  private async unregister(address: string): Promise<void> {
    const { config, remoting, brokerAddress, logger } = this.options;
    const header = {
      brokerName: config.brokerName,
      brokerAddr: brokerAddress(),
      clusterName: config.brokerClusterName,
      brokerId: config.brokerId,
    };
    try {
      // A registration under way should not arrive after the farewell.
      await Promise.race([this.pending.get(address)?.running, this.pause(UNREGISTER_TIMEOUT_MS)]);
      await remoting.call(address, unregisterBroker, header, { timeoutMs: UNREGISTER_TIMEOUT_MS });
    } catch (error) {
      logger.warn("name server did not take the farewell", {
        namesrv: address,
        error: messageOf(error),
      });
    }
  }

  private pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.options.clock.after(delayMs, resolve));
  }

  private pendingOf(address: string): Pending {
    let pending = this.pending.get(address);
    if (pending === undefined) {
      pending = { isAll: false, topics: new Set(), running: undefined };
      this.pending.set(address, pending);
    }
    return pending;
  }
}
