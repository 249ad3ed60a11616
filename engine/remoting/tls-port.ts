/** TLS of one listening port: read when it is needed, read again when its files change. Upstream: NettyRemotingServer.loadSslContext. */
import type { Socket } from "node:net";
import type { Clock, Timer } from "../base/clock.js";
import { messageOf } from "../base/errors.js";
import type { Files } from "../base/files.js";
import type { Logger } from "../base/log.js";
import type { TlsAcceptor } from "./tls.js";
import type { TlsMode, TlsServerSettings } from "./tls-settings.js";

export interface TlsPortOptions {
  settings: TlsServerSettings | undefined;
  files: Files;
  logger: Logger;
  clock: Clock;
}

const DEFAULT: TlsServerSettings = {
  mode: "permissive",
  testMode: true,
  needClientAuth: "none",
  authClient: false,
};

/** How often the files are looked at for changes. */
const WATCH_MS = 1000;

export class TlsPort {
  private readonly options: TlsPortOptions;
  private readonly settings: TlsServerSettings;
  private loading: Promise<TlsAcceptor> | undefined;
  private watch: Timer | undefined;

  constructor(options: TlsPortOptions) {
    this.options = options;
    this.settings = options.settings ?? DEFAULT;
  }

  get mode(): TlsMode {
    return this.settings.mode;
  }

  /** Reads the files, if there are any; throws kind "usage" when they cannot be used. */
  async start(): Promise<void> {
    const { mode, testMode } = this.settings;
    // the self-signed certificate waits for the first who asks: most ports never see one
    if (mode === "disabled" || testMode) return;
    const acceptor = await this.acceptor();
    this.watch = this.options.clock.every(WATCH_MS, () => acceptor.reload());
  }

  stop(): void {
    this.watch?.cancel();
  }

  /** Takes a socket whose first bytes are in its buffer; `secured` gets the one above it. */
  accept(socket: Socket, secured: (socket: Socket) => void): void {
    this.acceptor().then(
      (acceptor) => acceptor.accept(socket, secured),
      (error: unknown) => {
        this.options.logger.error("TLS cannot be offered", { error: messageOf(error) });
        socket.destroy();
      },
    );
  }

  private acceptor(): Promise<TlsAcceptor> {
    return (this.loading ??= this.load());
  }

  private async load(): Promise<TlsAcceptor> {
    const { TlsAcceptor } = await import("./tls.js");
    const { files, logger } = this.options;
    return new TlsAcceptor({ settings: this.settings, files, logger });
  }
}
