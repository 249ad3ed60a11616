/** A listening server. Upstream: NettyRemotingServer. */
import { createServer as createNetServer, type Server, type Socket } from "node:net";
import { type Clock, systemClock, type Timer } from "../base/clock.js";
import { RocketmqError } from "../base/errors.js";
import { type Files, realFiles } from "../base/files.js";
import { type Logger, silentLogger } from "../base/log.js";
import type { Connection, Dispatcher, RemotingServer } from "./api.js";
import { type ConnectionLimits, SocketConnection } from "./connection.js";
import { peerAddress } from "./host-port.js";
import { type Opened, Opening } from "./opening.js";
import { TlsPort } from "./tls-port.js";
import type { TlsServerSettings } from "./tls-settings.js";

export interface ServerOptions {
  /** Default 0.0.0.0. */
  host?: string | undefined;
  /** 0 takes any free port; see `RemotingServer.port`. */
  port: number;
  dispatcher: Dispatcher;
  logger?: Logger | undefined;
  clock?: Clock | undefined;
  /** Further connections are closed at once. */
  maxConnections?: number | undefined;
  /** Connections without traffic for so long are closed; Infinity keeps them. */
  idleMs?: number | undefined;
  limits?: Partial<ConnectionLimits> | undefined;
  /** Version told in every frame; default that of this engine. */
  version?: number | undefined;
  /** Default: plain connections and TLS ones, these with a self-signed certificate. */
  tls?: TlsServerSettings | undefined;
  files?: Files | undefined;
  /** Runs for each connection before its first request. */
  onConnection?: ((connection: Connection) => void) | undefined;
}

/** A server that is not listening yet. */
export function createServer(options: ServerOptions): RemotingServer {
  return new SocketServer(options);
}

const BACKLOG = 1024;
/** How long `stop` waits for peers to take what is sent already; real time, since peers are real. */
const LINGER_MS = 1000;

class SocketServer implements RemotingServer {
  readonly connections = new Set<SocketConnection>();
  private readonly options: ServerOptions;
  private readonly logger: Logger;
  private readonly clock: Clock;
  private readonly tls: TlsPort;
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;
  private idleTimer: Timer | undefined;

  constructor(options: ServerOptions) {
    this.options = options;
    this.logger = options.logger ?? silentLogger;
    this.clock = options.clock ?? systemClock();
    const { logger, clock } = this;
    const files = options.files ?? realFiles;
    this.tls = new TlsPort({ settings: options.tls, files, logger, clock });
  }

  get port(): number {
    const address = this.server?.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  async start(): Promise<void> {
    await this.tls.start();
    await this.listen();
  }

  private listen(): Promise<void> {
    const { host = "0.0.0.0", port, idleMs = 120_000 } = this.options;
    const server = createNetServer({ noDelay: true }, (socket) => this.accept(socket));
    this.server = server;
    return new Promise((resolve, reject) => {
      const failed = (cause: NodeJS.ErrnoException): void => {
        this.server = undefined;
        reject(
          new RocketmqError(`cannot listen on ${host}:${port}: ${reasonOf(cause)}`, {
            kind: "failed",
            cause,
          }),
        );
      };
      server.once("error", failed);
      server.listen({ host, port, backlog: BACKLOG }, () => {
        server.off("error", failed);
        server.on("error", (error) => this.logger.error(`the listener failed: ${error.message}`));
        if (Number.isFinite(idleMs)) this.closeIdleEvery(idleMs);
        resolve();
      });
    });
  }

  /** Stops listening, sends what is queued and closes every connection. */
  async stop(): Promise<void> {
    const { server } = this;
    if (server === undefined) return;
    this.idleTimer?.cancel();
    this.tls.stop();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const connection of [...this.connections]) connection.close();
    for (const socket of this.sockets) socket.destroySoon();
    const linger = setTimeout(() => {
      for (const socket of this.sockets) socket.destroy();
    }, LINGER_MS);
    await closed;
    clearTimeout(linger);
    this.server = undefined;
  }

  private accept(socket: Socket): void {
    const { maxConnections = 65_535, idleMs = 120_000 } = this.options;
    const address = peerAddress(socket);
    if (this.sockets.size >= maxConnections) {
      this.logger.warn(`<${address}> is refused: ${this.sockets.size} connections are open`);
      socket.destroy();
      return;
    }
    this.keep(socket, address);
    const idle = Number.isFinite(idleMs)
      ? this.clock.after(idleMs, () => socket.destroy())
      : undefined;
    socket.once("close", () => idle?.cancel());
    const { tls, logger } = this;
    new Opening({
      tls,
      logger,
      secured: (secured) => {
        // the one above closes the one below, after it has sent what it holds
        this.sockets.delete(socket);
        this.keep(secured, address);
      },
      opened: (opened) => {
        idle?.cancel();
        this.serve(opened);
      },
    }).begin({ socket, address });
  }

  private keep(socket: Socket, address: string): void {
    this.sockets.add(socket);
    socket.once("close", () => this.sockets.delete(socket));
    socket.on("error", (error) => this.logger.debug(`<${address}>: ${error.message}`));
  }

  private serve({ socket, address, first }: Opened): void {
    const { dispatcher, limits, version } = this.options;
    const connection = new SocketConnection(socket, {
      remoteAddress: address,
      clock: this.clock,
      logger: this.logger,
      dispatcher,
      limits,
      version,
    });
    this.connections.add(connection);
    connection.onClose(() => this.connections.delete(connection));
    this.options.onConnection?.(connection);
    connection.serve(first);
  }

  private closeIdleEvery(idleMs: number): void {
    this.idleTimer = this.clock.every(Math.max(1, Math.floor(idleMs / 4)), () => {
      const before = this.clock.now() - idleMs;
      for (const connection of [...this.connections]) {
        if (connection.lastActiveMs <= before) connection.close("idle");
      }
    });
  }
}

function reasonOf(cause: NodeJS.ErrnoException): string {
  if (cause.code === "EADDRINUSE") return "the port is in use";
  if (cause.code === "EACCES") return "not permitted";
  if (cause.code === "EADDRNOTAVAIL") return "no such address on this machine";
  return cause.message;
}
