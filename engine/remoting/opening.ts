/** The first bytes of an accepted connection: a PROXY header, a TLS handshake, or requests. Upstream: NettyRemotingServer.HandshakeHandler. */
import type { Socket } from "node:net";
import { messageOf } from "../base/errors.js";
import type { Logger } from "../base/log.js";
import { firstBytesOf } from "./first-bytes.js";
import { readProxyHeader } from "./proxy-protocol.js";
import type { TlsPort } from "./tls-port.js";

/** A connection that begins to speak the remoting protocol. */
export interface Opened {
  socket: Socket;
  /** "ip:port" of the one who really connects. */
  address: string;
  /** Bytes taken from the socket already. */
  first: Buffer;
}

export interface OpeningOptions {
  tls: TlsPort;
  logger: Logger;
  /** Runs for the socket that TLS puts above the accepted one. */
  secured: (socket: Socket) => void;
  opened: (opened: Opened) => void;
}

type Start = Omit<Opened, "first">;

export class Opening {
  private readonly options: OpeningOptions;

  constructor(options: OpeningOptions) {
    this.options = options;
  }

  /** Waits for the first bytes; what is refused is closed, with one line in the log. */
  begin(start: Start): void {
    this.read(start, (first) => this.first(start, first));
  }

  private read({ socket }: Start, then: (chunk: Buffer) => void): void {
    socket.once("data", (chunk: Buffer) => {
      // without a listener the stream goes on flowing and bytes would be lost
      socket.pause();
      then(chunk);
    });
    socket.resume();
  }

  private first(start: Start, bytes: Buffer): void {
    if (firstBytesOf(bytes) === "a PROXY header") this.proxied(start, bytes);
    else this.plainOrSecured(start, bytes);
  }

  private proxied(start: Start, bytes: Buffer): void {
    try {
      const header = readProxyHeader(bytes);
      if (header === undefined) {
        this.read(start, (more) => this.proxied(start, Buffer.concat([bytes, more])));
        return;
      }
      const known = { ...start, address: header.source ?? start.address };
      const rest = bytes.subarray(header.length);
      if (rest.length > 0) this.plainOrSecured(known, rest);
      else this.read(known, (more) => this.plainOrSecured(known, more));
    } catch (error) {
      this.refuse(start, messageOf(error));
    }
  }

  private plainOrSecured(start: Start, first: Buffer): void {
    const spoken = firstBytesOf(first);
    const { mode } = this.options.tls;
    if (spoken === "a TLS handshake" && mode !== "disabled") this.secure(start, first);
    else if (spoken !== "remoting") {
      this.refuse(start, `it begins with ${spoken}, which is not served here`);
    } else if (mode === "enforcing") this.refuse(start, "it does not use TLS");
    else this.open({ ...start, first });
  }

  private secure({ socket, address }: Start, first: Buffer): void {
    socket.unshift(first);
    this.options.tls.accept(socket, (secured) => {
      this.options.secured(secured);
      const start = { socket: secured, address };
      this.read(start, (bytes) => {
        const spoken = firstBytesOf(bytes);
        if (spoken === "remoting") this.open({ ...start, first: bytes });
        else this.refuse(start, `it begins with ${spoken}, which is not served here`);
      });
    });
  }

  private open(opened: Opened): void {
    opened.socket.resume();
    this.options.opened(opened);
  }

  private refuse({ socket, address }: Start, reason: string): void {
    this.options.logger.warn(`<${address}> is closed: ${reason}`);
    socket.destroy();
  }
}
