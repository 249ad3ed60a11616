import type { Clock } from "../base/clock.js";
import { messageOf, RocketmqError } from "../base/errors.js";
import type { Files } from "../base/files.js";
import type { Logger } from "../base/log.js";
import type { Service } from "../base/service.js";
import type { RemotingServer } from "../remoting/api.js";
import { createDispatcher, type RequestDispatcher } from "../remoting/dispatcher.js";
import { createServer } from "../remoting/server.js";
import type { TlsServerSettings } from "../remoting/tls-settings.js";
import type { BrokerAccess } from "./access.js";
import type { BrokerConfig } from "./config/broker-config.js";
import { failFast } from "./fast-failure.js";
import { type Registered, registerProcessors } from "./processors/register.js";
import type { Draining } from "./processors/send-message.js";

/** How long a stop waits for sends that are on their way to the disk. */
const DRAIN_MS = 3_000;

export interface BrokerPortOptions {
  config: BrokerConfig;
  clock: Clock;
  logger: Logger;
  /** 0 takes any free one. */
  port: number;
  registered: Registered;
  access: BrokerAccess;
  tls: TlsServerSettings;
  files: Files;
}

/** One of the two ports of a broker, with the processors of both. Upstream: BrokerController's two remoting servers. */
export class BrokerPort implements Service {
  readonly dispatcher: RequestDispatcher;
  private readonly clock: Clock;
  private readonly server: RemotingServer;
  private readonly sends: Draining;

  constructor(options: BrokerPortOptions) {
    const { config, clock, logger, port, registered, access, tls, files } = options;
    const { release } = registered.context;
    this.clock = clock;
    this.dispatcher = createDispatcher({ logger, release });
    this.sends = registerProcessors(this.dispatcher, registered);
    failFast(this.dispatcher, registered.context);
    access.serve(this.dispatcher, registered.context);
    this.server = createServer({
      host: config.bindAddress,
      port,
      dispatcher: this.dispatcher,
      logger,
      clock,
      idleMs: config.serverChannelMaxIdleTimeSeconds * 1000,
      tls,
      files,
      version: release.version,
    });
  }

  get port(): number {
    return this.server.port;
  }

  /** Throws kind "failed": a port that cannot be had is a failure of this machine, not of a peer. */
  async start(): Promise<void> {
    try {
      await this.server.start();
    } catch (cause) {
      throw new RocketmqError(messageOf(cause), {
        kind: "failed",
        hint: "another process may be listening there: choose another listenPort",
        cause,
      });
    }
  }

  /** Turns new requests away, answers the sends that were taken, then closes the connections. */
  async stop(): Promise<void> {
    this.dispatcher.goAway();
    const pause = new Promise<void>((resolve) => this.clock.after(DRAIN_MS, resolve));
    await Promise.race([this.sends.drained(), pause]);
    await this.server.stop();
  }
}
