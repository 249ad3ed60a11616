/** TLS on a socket that is connected already. Upstream: TlsHelper, TlsModeHandler, FileWatchService. */
import type { Socket } from "node:net";
import {
  createServer,
  connect,
  type SecureContextOptions,
  type Server,
  type TLSSocket,
} from "node:tls";
import { messageOf, RocketmqError } from "../base/errors.js";
import type { Files } from "../base/files.js";
import type { Logger } from "../base/log.js";
import { selfSigned } from "./self-signed.js";
import type { TlsClientSettings, TlsServerSettings } from "./tls-settings.js";

/** A peer that does not finish its handshake is dropped after this time; real time, since peers are real. */
const HANDSHAKE_MS = 10_000;

export interface TlsAcceptorOptions {
  settings: TlsServerSettings;
  files: Files;
  logger: Logger;
}

/** Makes TLS connections of accepted ones. */
export class TlsAcceptor {
  private readonly settings: TlsServerSettings;
  private readonly files: Files;
  private readonly logger: Logger;
  private readonly server: Server;
  private readonly handshakes = new Map<string, (socket: Socket) => void>();
  private seen: string;

  /** Reads keys and certificates; throws kind "usage" when they cannot be used. */
  constructor({ settings, files, logger }: TlsAcceptorOptions) {
    this.settings = settings;
    this.files = files;
    this.logger = logger;
    this.seen = this.look();
    const asked = settings.testMode ? "optional" : settings.needClientAuth;
    const options = {
      ...this.context(),
      handshakeTimeout: HANDSHAKE_MS,
      requestCert: asked !== "none",
      // judged below: a certificate may be wanted but unchecked, or checked only when there is one
      rejectUnauthorized: false,
    };
    this.server = usable(() => createServer(options));
    this.server.on("secureConnection", (made) => this.judge(made));
    this.server.on("tlsClientError", (error) =>
      logger.debug(`a handshake failed: ${error.message}`),
    );
  }

  /** Starts the handshake; `secured` runs when it has succeeded, else the socket is destroyed. */
  accept(socket: Socket, secured: (socket: Socket) => void): void {
    if (socket.destroyed) return;
    const peer = endsOf(socket);
    this.handshakes.set(peer, secured);
    socket.once("close", () => this.handshakes.delete(peer));
    this.server.emit("connection", socket);
  }

  private judge(made: TLSSocket): void {
    const peer = endsOf(made);
    const secured = this.handshakes.get(peer);
    this.handshakes.delete(peer);
    const reason = this.refusal(made);
    if (reason !== undefined) this.logger.warn(`<${peer}> is closed: ${reason}`);
    if (reason === undefined && secured !== undefined) secured(made);
    else made.destroy();
  }

  /** Takes new keys and certificates when their files have changed; what cannot be used is logged and left. */
  reload(): void {
    const now = this.look();
    if (now === this.seen) return;
    this.seen = now;
    try {
      this.server.setSecureContext(this.context());
      this.logger.info("keys and certificates of TLS were read again");
    } catch (error) {
      this.logger.error("the changed keys and certificates of TLS cannot be used", {
        error: messageOf(error),
      });
    }
  }

  private refusal(socket: TLSSocket): string | undefined {
    const { testMode, needClientAuth, authClient } = this.settings;
    if (testMode) return undefined;
    const hasCertificate = Object.keys(socket.getPeerCertificate()).length > 0;
    if (!hasCertificate)
      return needClientAuth === "require" ? "the client has no certificate" : undefined;
    if (!authClient || socket.authorized) return undefined;
    return `the client's certificate is not trusted: ${messageOf(socket.authorizationError)}`;
  }

  private context(): SecureContextOptions {
    const { settings, files } = this;
    if (settings.testMode) return selfSigned("localhost");
    const { keyPath, certPath, trustCertPath, keyPassword, authClient } = settings;
    return {
      key: pemFile(files, "tls.server.keyPath", keyPath),
      cert: pemFile(files, "tls.server.certPath", certPath),
      ...(authClient &&
        trustCertPath !== undefined && {
          ca: pemFile(files, "tls.server.trustCertPath", trustCertPath),
        }),
      ...(keyPassword !== undefined && { passphrase: keyPassword }),
    };
  }

  /** What tells a changed file from the one before. */
  private look(): string {
    const { keyPath, certPath, trustCertPath } = this.settings;
    return [keyPath, certPath, trustCertPath]
      .map((path) => (path === undefined ? "" : stampOf(this.files, path)))
      .join("|");
  }
}

/**
 * Starts a handshake as a client on a new connection. Server names are not compared, as upstream does not. Throws kind
 * "usage" when authorities, certificate or key cannot be used.
 */
export function connectTls(
  to: { host: string; port: number },
  settings: TlsClientSettings,
  files: Files,
): Socket {
  const context = clientContext(settings, files);
  try {
    return connect({ ...to, ...context, ALPNProtocols: [] });
  } catch (cause) {
    const what = "the authorities, certificate or key for TLS cannot be used";
    throw new RocketmqError(`${what}: ${messageOf(cause)}`, { kind: "usage", cause });
  }
}

function clientContext(settings: TlsClientSettings, files: Files) {
  const { testMode, authServer, trustCertPath, keyPath, certPath, keyPassword } = settings;
  const isChecked = !testMode && authServer;
  return {
    rejectUnauthorized: isChecked,
    checkServerIdentity: () => undefined,
    ...(isChecked &&
      trustCertPath !== undefined && {
        ca: pemFile(files, "tls.client.trustCertPath", trustCertPath),
      }),
    ...(keyPath !== undefined && { key: pemFile(files, "tls.client.keyPath", keyPath) }),
    ...(certPath !== undefined && { cert: pemFile(files, "tls.client.certPath", certPath) }),
    ...(keyPassword !== undefined && { passphrase: keyPassword }),
  };
}

function pemFile(files: Files, key: string, path: string | undefined): string {
  if (path === undefined) throw unusable(`${key} is not set`);
  const text = files.readText(path);
  if (text === undefined) throw unusable(`${key}: ${path} does not exist`);
  return text;
}

function stampOf(files: Files, path: string): string {
  return `${files.inode(path)}:${files.size(path)}:${files.modifiedMs(path)}`;
}

function usable<T>(make: () => T): T {
  try {
    return make();
  } catch (cause) {
    throw unusable(messageOf(cause), cause);
  }
}

function unusable(reason: string, cause?: unknown): RocketmqError {
  return new RocketmqError(`TLS cannot be offered: ${reason}`, {
    kind: "usage",
    hint: "tls.server.keyPath and tls.server.certPath name PEM files; tls.server.mode=disabled does without",
    cause,
  });
}

/** Names a connection while it is open: the secured socket and the one below it are two objects with the same ends. */
function endsOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress}:${remotePort}`;
}
