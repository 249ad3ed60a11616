/** One socket with requests both ways, at a server or at a client. Upstream: NettyRemotingAbstract over a channel. */
import type { Socket } from "node:net";
import type { Clock } from "../base/clock.js";
import { messageOf, RocketmqError, UnreachableError } from "../base/errors.js";
import type { Logger } from "../base/log.js";
import type { RequestDefinition } from "../protocol/define-request.js";
import { decodeFrame, encodeFrame } from "../protocol/frame.js";
import { FRAME_MAX_LENGTH } from "../protocol/frame-limits.js";
import {
  CURRENT_VERSION,
  FLAG_ONEWAY,
  isOneway,
  isResponse,
  type RemotingCommand,
  SERIALIZE_JSON,
  type SerializeType,
} from "../protocol/remoting-command.js";
import { ResponseCode } from "../protocol/response-codes.js";
import { answerTo } from "./answer.js";
import type { CallOptions, CallResult, Connection, Dispatcher } from "./api.js";
import { receiveAnswer } from "./call-result.js";
import { FrameReader } from "./frame-reader.js";
import { FrameWriter } from "./frame-writer.js";
import { PendingCalls } from "./pending-calls.js";

/** Bounds of one connection. */
export interface ConnectionLimits {
  /** Own requests that wait for an answer. */
  maxOutstanding: number;
  /** Requests of the peer that are not answered yet; more are refused with SYSTEM_BUSY. */
  maxUnanswered: number;
  /** Unsent bytes at which nothing more is read from the peer until it has taken some. */
  pauseBytes: number;
  /** Unsent bytes at which own requests are refused, and a peer that does not take its answers is dropped. */
  maxPendingBytes: number;
}

export const DEFAULT_LIMITS: ConnectionLimits = {
  maxOutstanding: 65_535,
  maxUnanswered: 65_535,
  pauseBytes: 4 * 1024 * 1024,
  maxPendingBytes: 128 * 1024 * 1024,
};

export interface ConnectionOptions {
  /** "host:port" of the peer, as it is to be named. */
  remoteAddress: string;
  clock: Clock;
  logger: Logger;
  /** Serves the peer's requests; without one they are answered with code 3. */
  dispatcher?: Dispatcher | undefined;
  /** Runs on each own request before it is encoded (ACL signature). */
  sign?: ((command: RemotingCommand) => void) | undefined;
  /** Deadline of calls that name none. */
  timeoutMs?: number | undefined;
  serializeType?: SerializeType | undefined;
  /** Language name of own requests that name none; default JAVA. */
  language?: string | undefined;
  /** Version told in own requests and answers; default that of this engine. */
  version?: number | undefined;
  limits?: Partial<ConnectionLimits> | undefined;
}

/** Shortest silence after which a timeout means that the connection is dead. */
const SILENT_MS = 3000;

export class SocketConnection implements Connection {
  readonly remoteAddress: string;
  /** When bytes last went either way, in the clock's milliseconds. */
  lastActiveMs: number;
  lastReceivedMs: number;
  private readonly socket: Socket;
  private readonly options: ConnectionOptions;
  private readonly limits: ConnectionLimits;
  private readonly version: number;
  private readonly writer: FrameWriter;
  private readonly reader: FrameReader;
  private readonly pending: PendingCalls;
  private readonly closeHandlers: (() => void)[] = [];
  private opaque = 0;
  private unanswered = 0;
  private open = true;

  /** Takes over a connected socket; `serve` starts reading. */
  constructor(socket: Socket, options: ConnectionOptions) {
    this.socket = socket;
    this.options = options;
    this.remoteAddress = options.remoteAddress;
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.version = options.version ?? CURRENT_VERSION;
    this.lastActiveMs = this.lastReceivedMs = options.clock.now();
    this.reader = new FrameReader((frame) => this.receive(frame));
    this.writer = new FrameWriter(socket, () => this.resume());
    this.pending = new PendingCalls(options.clock, (call) => {
      this.expire(call.sentMs);
      const text = `wait response on the channel <${this.remoteAddress}> timeout, ${call.timeoutMs}(ms)`;
      call.reject(new UnreachableError(text, this.remoteAddress));
    });
  }

  get isOpen(): boolean {
    return this.open;
  }

  get pendingBytes(): number {
    return this.writer.pendingBytes;
  }

  /** Own requests that wait for an answer. */
  get outstanding(): number {
    return this.pending.size;
  }

  /** Starts reading; `first` are bytes already taken from the socket. */
  serve(first?: Buffer): void {
    this.socket.on("data", (chunk: Buffer) => this.push(chunk));
    this.socket.on("drain", () => this.resume());
    this.socket.on("error", (error) => this.fail(error));
    this.socket.on("close", () => this.closed());
    if (first !== undefined) this.push(first);
    if (this.socket.destroyed) this.closed();
  }

  async call<Q, R, QB, RB>(
    definition: RequestDefinition<Q, R, QB, RB>,
    header: Q,
    options: CallOptions<QB> = {},
  ): Promise<CallResult<R, RB>> {
    const timeoutMs = options.timeoutMs ?? this.options.timeoutMs ?? 3000;
    const command = this.requestOf(definition, header, options);
    const answer = await this.exchange(command, timeoutMs);
    return receiveAnswer(definition, answer, {
      address: this.remoteAddress,
      accept: options.accept,
    });
  }

  callOneway<Q, R, QB, RB>(
    definition: RequestDefinition<Q, R, QB, RB>,
    header: Q,
    options: CallOptions<QB> = {},
  ): void {
    const command = this.requestOf(definition, header, options);
    command.flag = FLAG_ONEWAY;
    command.opaque = this.nextOpaque();
    this.options.sign?.(command);
    if (this.open && this.pendingBytes < this.limits.maxPendingBytes) this.writeFrame(command);
    else
      this.options.logger.debug(
        `a oneway ${definition.name} to <${this.remoteAddress}> was dropped`,
      );
  }

  forward(command: RemotingCommand, timeoutMs: number): Promise<RemotingCommand> {
    return this.send(command, timeoutMs, (copy) => copy);
  }

  respond(answer: RemotingCommand): void {
    if (this.unanswered > 0) this.unanswered--;
    if (!this.open) return;
    if (this.pendingBytes > this.limits.maxPendingBytes) {
      this.fail(new Error(`it leaves ${this.pendingBytes} bytes of answers untaken`));
      return;
    }
    answer.version = this.version;
    try {
      this.writeFrame(answer);
    } catch (error) {
      this.options.logger.error(`an answer to <${this.remoteAddress}> cannot be sent`, {
        error: messageOf(error),
      });
      const { code, opaque, serializeType } = answer;
      const remark = `the answer with code ${code} cannot be sent: ${messageOf(error)}`;
      this.writeFrame(
        answerTo({ opaque, serializeType }, { code: ResponseCode.SYSTEM_ERROR, remark }),
      );
    }
  }

  close(reason?: string): void {
    if (!this.open) return;
    if (reason !== undefined)
      this.options.logger.info(`<${this.remoteAddress}> is closed: ${reason}`);
    this.writer.flush();
    this.socket.destroySoon();
    this.closed();
  }

  /** Drops what is not sent. */
  destroy(): void {
    this.socket.destroy();
    this.closed();
  }

  onClose(run: () => void): void {
    if (this.open) this.closeHandlers.push(run);
    else run();
  }

  private requestOf<Q, R, QB, RB>(
    definition: RequestDefinition<Q, R, QB, RB>,
    header: Q,
    options: CallOptions<QB>,
  ): RemotingCommand {
    const extFields = definition.request.encode(header);
    if (options.extFields !== undefined) Object.assign(extFields, options.extFields);
    const { content } = options;
    const encoded = content === undefined ? undefined : definition.requestBody?.encode(content);
    return {
      code: definition.code,
      language: options.language ?? this.options.language ?? "JAVA",
      version: this.version,
      opaque: 0,
      flag: 0,
      remark: options.remark,
      extFields,
      body: options.body ?? encoded,
      serializeType: this.options.serializeType ?? SERIALIZE_JSON,
    };
  }

  private exchange(command: RemotingCommand, timeoutMs: number): Promise<RemotingCommand> {
    return this.send(command, timeoutMs, (request) => {
      this.options.sign?.(request);
      return request;
    });
  }

  private send(
    command: RemotingCommand,
    timeoutMs: number,
    prepare: (command: RemotingCommand) => RemotingCommand,
  ): Promise<RemotingCommand> {
    return new Promise((resolve, reject) => {
      this.checkRoom();
      const opaque = this.nextOpaque();
      this.writeFrame(prepare({ ...command, opaque }));
      const sentMs = this.options.clock.now();
      const deadlineMs = sentMs + timeoutMs;
      this.pending.add(opaque, { deadlineMs, timeoutMs, sentMs, resolve, reject });
    });
  }

  private checkRoom(): void {
    const address = this.remoteAddress;
    if (!this.open) throw new UnreachableError(`send request to <${address}> failed`, address);
    const { maxOutstanding, maxPendingBytes } = this.limits;
    if (this.pending.size < maxOutstanding && this.pendingBytes < maxPendingBytes) return;
    throw new RocketmqError(`too many requests are under way to <${address}>`, { kind: "failed" });
  }

  private nextOpaque(): number {
    return (this.opaque = (this.opaque + 1) & 0x7fff_ffff);
  }

  private writeFrame(command: RemotingCommand): void {
    const frame = encodeFrame(command);
    let length = 0;
    for (const buffer of frame) length += buffer.length;
    if (length > FRAME_MAX_LENGTH) {
      throw new RocketmqError(`a frame of ${length} bytes is too long to be sent`, {
        kind: "failed",
      });
    }
    this.lastActiveMs = this.options.clock.now();
    this.writer.write(frame);
  }

  private push(chunk: Buffer): void {
    this.lastActiveMs = this.lastReceivedMs = this.options.clock.now();
    try {
      this.reader.push(chunk);
    } catch (error) {
      this.fail(error);
      return;
    }
    if (this.pendingBytes > this.limits.pauseBytes) this.socket.pause();
  }

  private receive(frame: Buffer): void {
    if (!this.open) return;
    const command = decodeFrame(frame);
    if (isResponse(command)) {
      const call = this.pending.take(command.opaque);
      if (call !== undefined) call.resolve(command);
      else
        this.options.logger.debug(`<${this.remoteAddress}> answered a request that does not wait`);
      return;
    }
    if (!isOneway(command)) {
      if (this.unanswered >= this.limits.maxUnanswered) {
        this.refuse(
          command,
          ResponseCode.SYSTEM_BUSY,
          "[OVERLOAD]system busy, start flow control for a while",
        );
        return;
      }
      this.unanswered++;
    }
    const { dispatcher } = this.options;
    if (dispatcher !== undefined) dispatcher.dispatch(command, this);
    else if (!isOneway(command))
      this.refuse(
        command,
        ResponseCode.REQUEST_CODE_NOT_SUPPORTED,
        ` request type ${command.code} not supported`,
      );
  }

  private refuse(command: RemotingCommand, code: number, remark: string): void {
    this.unanswered++;
    this.respond(answerTo(command, { code, remark }));
  }

  private resume(): void {
    if (this.socket.isPaused() && !this.socket.writableNeedDrain) this.socket.resume();
  }

  /**
   * A connection on which nothing came since the request was sent, and for a while, is taken for dead: the next call
   * connects anew. Upstream closes at every timeout, which takes the long polls of the same connection along.
   */
  private expire(sentMs: number): void {
    const silentMs = this.options.clock.now() - this.lastReceivedMs;
    if (this.lastReceivedMs <= sentMs && silentMs >= SILENT_MS) this.close("no answer in time");
  }

  private fail(error: unknown): void {
    if (!this.open) return;
    this.options.logger.warn(`<${this.remoteAddress}> is closed: ${messageOf(error)}`);
    this.destroy();
  }

  private closed(): void {
    if (!this.open) return;
    this.open = false;
    const { remoteAddress } = this;
    this.pending.failAll(
      new UnreachableError(`send request to <${remoteAddress}> failed`, remoteAddress),
    );
    for (const run of this.closeHandlers.splice(0)) {
      try {
        run();
      } catch (error) {
        this.options.logger.error("a close handler failed", { error: messageOf(error) });
      }
    }
  }
}
