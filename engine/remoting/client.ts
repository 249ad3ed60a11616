/** Connections to servers, one per address, made on demand. Upstream: NettyRemotingClient. */
import { connect, type Socket } from "node:net";
import { type Clock, systemClock, type Timer } from "../base/clock.js";
import { RocketmqError, UnreachableError } from "../base/errors.js";
import { type Files, realFiles } from "../base/files.js";
import { type Logger, silentLogger } from "../base/log.js";
import type { RequestDefinition } from "../protocol/define-request.js";
import type { RemotingCommand, SerializeType } from "../protocol/remoting-command.js";
import type { CallOptions, CallResult, Connection, Dispatcher, RemotingClient } from "./api.js";
import { type ConnectionLimits, SocketConnection } from "./connection.js";
import { parseHostPort } from "./host-port.js";
import type { TlsClientSettings } from "./tls-settings.js";

export interface RemotingClientOptions {
  clock?: Clock | undefined;
  logger?: Logger | undefined;
  /** Serves requests that come from servers (callbacks of a broker). */
  dispatcher?: Dispatcher | undefined;
  /** Runs on each outgoing request before it is encoded, e.g. to add an ACL signature. */
  sign?: ((command: RemotingCommand) => void) | undefined;
  connectTimeoutMs?: number | undefined;
  /** Deadline of calls that name none, connecting included. */
  timeoutMs?: number | undefined;
  /** Connections without traffic for so long are closed; Infinity keeps them. */
  idleMs?: number | undefined;
  maxConnections?: number | undefined;
  serializeType?: SerializeType | undefined;
  /** Language name announced by requests that name none; default JAVA, which every server knows. */
  language?: string | undefined;
  limits?: Partial<ConnectionLimits> | undefined;
  /** Version told in every frame; default that of this engine. */
  version?: number | undefined;
  /** Connect by TLS; default plain. */
  tls?: TlsClientSettings | undefined;
  files?: Files | undefined;
}

/** A client without connections. */
export function createRemotingClient(options: RemotingClientOptions = {}): RemotingClient {
  return new SocketClient(options);
}

class SocketClient implements RemotingClient {
  private readonly options: RemotingClientOptions;
  private readonly clock: Clock;
  private readonly logger: Logger;
  private readonly connectTimeoutMs: number;
  private readonly timeoutMs: number;
  private readonly open = new Map<string, SocketConnection>();
  private readonly connecting = new Map<string, Promise<SocketConnection>>();
  private readonly sockets = new Set<Socket>();
  private idleTimer: Timer | undefined;
  private stopped = false;

  constructor(options: RemotingClientOptions) {
    this.options = options;
    this.clock = options.clock ?? systemClock();
    this.logger = options.logger ?? silentLogger;
    this.connectTimeoutMs = options.connectTimeoutMs ?? 3000;
    this.timeoutMs = options.timeoutMs ?? 3000;
  }

  start(): void {
    const idleMs = this.options.idleMs ?? 120_000;
    if (!Number.isFinite(idleMs)) return;
    this.idleTimer = this.clock.every(Math.max(1, Math.floor(idleMs / 4)), () => {
      const before = this.clock.now() - idleMs;
      for (const connection of [...this.open.values()]) {
        if (connection.lastActiveMs <= before) connection.close("idle");
      }
    });
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.idleTimer?.cancel();
    for (const connection of [...this.open.values()]) connection.close();
    await Promise.allSettled(
      [...this.sockets].map(
        (socket) =>
          new Promise<void>((resolve) => {
            socket.once("close", () => resolve());
            socket.destroy();
          }),
      ),
    );
  }

  async call<Q, R, QB, RB>(
    address: string,
    definition: RequestDefinition<Q, R, QB, RB>,
    header: Q,
    options: CallOptions<QB> = {},
  ): Promise<CallResult<R, RB>> {
    const timeoutMs = options.timeoutMs ?? this.timeoutMs;
    const known = this.open.get(address);
    if (known !== undefined) return known.call(definition, header, { ...options, timeoutMs });
    const startMs = this.clock.now();
    const connection = await this.connection(address, timeoutMs);
    const left = timeoutMs - (this.clock.now() - startMs);
    if (left <= 0) throw connectFailed(address);
    return connection.call(definition, header, { ...options, timeoutMs: left });
  }

  async callOneway<Q, R, QB, RB>(
    address: string,
    definition: RequestDefinition<Q, R, QB, RB>,
    header: Q,
    options: CallOptions<QB> = {},
  ): Promise<void> {
    const connection =
      this.open.get(address) ?? (await this.connection(address, options.timeoutMs));
    connection.callOneway(definition, header, options);
  }

  async connection(
    address: string,
    timeoutMs: number = this.timeoutMs,
  ): Promise<Connection & SocketConnection> {
    const known = this.open.get(address);
    if (known !== undefined) return known;
    if (this.stopped) throw connectFailed(address, new Error("the client is stopped"));
    let attempt = this.connecting.get(address);
    if (attempt === undefined) {
      attempt = this.connect(address).finally(() => this.connecting.delete(address));
      this.connecting.set(address, attempt);
    }
    if (timeoutMs >= this.connectTimeoutMs) return attempt;
    return this.within(attempt, address, timeoutMs);
  }

  disconnect(address: string): void {
    this.open.get(address)?.close();
  }

  /** An attempt is shared, so a caller with less time than others gives up on its own. */
  private within<T>(attempt: Promise<T>, address: string, timeoutMs: number): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = this.clock.after(timeoutMs, () => reject(connectFailed(address)));
      attempt.then(resolve, reject).finally(() => timer.cancel());
    });
  }

  private async connect(address: string): Promise<SocketConnection> {
    const { maxConnections = 4096, tls, files = realFiles } = this.options;
    if (this.sockets.size >= maxConnections) {
      throw new RocketmqError(`${maxConnections} connections are open already`, { kind: "failed" });
    }
    const to = parseHostPort(address);
    if (tls?.enable !== true) {
      return this.connected(connect({ ...to, noDelay: true }), address, "connect");
    }
    const { connectTls } = await import("./tls.js");
    if (this.stopped) throw connectFailed(address, new Error("the client is stopped"));
    return this.connected(connectTls(to, tls, files), address, "secureConnect");
  }

  private connected(socket: Socket, address: string, event: string): Promise<SocketConnection> {
    return new Promise((resolve, reject) => {
      this.sockets.add(socket);
      const timer = this.clock.after(this.connectTimeoutMs, () =>
        socket.destroy(new Error(`no connection after ${this.connectTimeoutMs} ms`)),
      );
      const failed = (cause: Error): void => reject(connectFailed(address, cause));
      socket.once("error", failed);
      socket.once("close", () => {
        timer.cancel();
        this.sockets.delete(socket);
        reject(connectFailed(address));
      });
      socket.once(event, () => {
        timer.cancel();
        socket.off("error", failed);
        resolve(this.take(socket, address));
      });
    });
  }

  private take(socket: Socket, address: string): SocketConnection {
    const { dispatcher, sign, serializeType, language, limits, version } = this.options;
    const connection = new SocketConnection(socket, {
      remoteAddress: address,
      clock: this.clock,
      logger: this.logger,
      timeoutMs: this.timeoutMs,
      dispatcher,
      sign,
      serializeType,
      language,
      limits,
      version,
    });
    this.open.set(address, connection);
    connection.onClose(() => {
      if (this.open.get(address) === connection) this.open.delete(address);
    });
    connection.serve();
    return connection;
  }
}

function connectFailed(address: string, cause?: Error): UnreachableError {
  return new UnreachableError(`connect to ${address} failed`, address, { cause });
}
