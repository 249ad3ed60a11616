/**
 * One client instance: connections, name server and routes, shared by the admin calls, producers and consumers made
 * from it. Upstream: MQClientInstance, ClientConfig. Producers and consumers live in modules of their own, so that a
 * command that only administers loads none of them.
 */
import { type Clock, systemClock } from "../base/clock.js";
import { RocketmqError } from "../base/errors.js";
import { type Logger, silentLogger } from "../base/log.js";
import type { Service } from "../base/service.js";
import type { RemotingCommand } from "../protocol/remoting-command.js";
import type { Dispatcher, RemotingClient } from "../remoting/api.js";
import { createRemotingClient } from "../remoting/client.js";
import type { TlsClientSettings } from "../remoting/tls-settings.js";
import { createDispatcher } from "../remoting/dispatcher.js";
import {
  createNamesrvClient,
  type NamesrvClient,
  parseNamesrvList,
} from "../remoting/namesrv-client.js";
import { clientIdOf } from "./client-id.js";
import { RouteTable } from "./route-table.js";

export interface ClientOptions {
  /** Name servers, `host:port` separated by `;`. */
  namesrv: string;
  /** Lets `namesrv` be empty: only servers that are named by address are asked then. */
  withoutNamesrv?: boolean;
  /** Default `ip@pid#nanoseconds`. */
  clientId?: string;
  /** Takes the place of `pid#nanoseconds` in the client id. */
  instanceName?: string;
  unitName?: string;
  clock?: Clock;
  logger?: Logger;
  /** Deadline of a request when the call gives none; default 3000 ms. */
  timeoutMs?: number;
  /** Runs on every request before it is framed: the place to put credentials into its fields. */
  sign?: (command: RemotingCommand) => void;
  /** Connect by TLS; see `readTlsSettings` for Apache's keys. */
  tls?: TlsClientSettings;
}

export class Client implements Service {
  readonly id: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly timeoutMs: number;
  readonly remoting: RemotingClient;
  readonly namesrv: NamesrvClient;
  readonly routes: RouteTable;
  /** Serves the requests that brokers send over this client's connections. */
  readonly dispatcher: Dispatcher;
  /** The name servers as they were given. */
  readonly namesrvText: string;

  constructor(options: ClientOptions) {
    const addresses = parseNamesrvList(options.namesrv);
    if (addresses.length === 0 && options.withoutNamesrv !== true) {
      throw new RocketmqError("no name server address", {
        kind: "usage",
        hint: "give host:port, several separated by ;",
      });
    }
    this.namesrvText = addresses.join(";");
    this.id = options.clientId ?? clientIdOf(options);
    this.clock = options.clock ?? systemClock();
    this.logger = options.logger ?? silentLogger;
    this.timeoutMs = options.timeoutMs ?? 3000;
    this.dispatcher = createDispatcher({ logger: this.logger });
    this.remoting = createRemotingClient({
      clock: this.clock,
      logger: this.logger,
      timeoutMs: this.timeoutMs,
      dispatcher: this.dispatcher,
      sign: options.sign,
      tls: options.tls,
    });
    this.namesrv = createNamesrvClient({
      addresses,
      remoting: this.remoting,
      clock: this.clock,
      timeoutMs: this.timeoutMs,
    });
    this.routes = new RouteTable({ namesrv: this.namesrv, clock: this.clock, logger: this.logger });
  }

  async start(): Promise<void> {
    await this.remoting.start();
  }

  /** Stop producers and consumers first: they say goodbye to the brokers over these connections. */
  async stop(): Promise<void> {
    this.routes.stop();
    await this.remoting.stop();
  }
}

export function createClient(options: ClientOptions): Client {
  return new Client(options);
}
