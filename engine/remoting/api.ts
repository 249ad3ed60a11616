import type { Service } from "../base/service.js";
import type { RequestDefinition } from "../protocol/define-request.js";
import type { RemotingCommand } from "../protocol/remoting-command.js";

/** What a processor answers. Left out: code 0, no remark, no header fields, no body. */
export interface Reply<R = Record<string, never>, RB = unknown> {
  code?: number;
  remark?: string | undefined;
  header?: R | undefined;
  /** Further raw header fields, e.g. MSG_REGION of a send answer. */
  extFields?: Record<string, string> | undefined;
  /** Encoded with the definition's response body codec. */
  content?: RB | undefined;
  /** Raw bytes (message records); buffers are sent back to back without being copied together. */
  body?: Buffer | readonly Buffer[] | undefined;
}

/** One request under way at a server. */
export interface Exchange<Q, R, QB = unknown, RB = unknown> {
  readonly command: RemotingCommand;
  readonly header: Q;
  readonly connection: Connection;
  readonly isOneway: boolean;
  /** Body decoded with the definition's codec; throws CorruptError (answered with code 1). */
  content(this: void): QB;
  /** The raw body, empty when there is none. */
  readonly body: Buffer;
  /** Answers later, after the processor returned `held`. A second answer is ignored. */
  respond(this: void, reply: Reply<R, RB>): void;
}

/** Returned by a processor that answers later by `exchange.respond`. */
export const held = Symbol("held");

export type Processor<Q, R, QB = unknown, RB = unknown> = (
  exchange: Exchange<Q, R, QB, RB>,
) => Reply<R, RB> | Promise<Reply<R, RB>> | typeof held;

/** Code → processor. A server has one; the broker fills it from its processors. */
export interface Dispatcher {
  register<Q, R, QB, RB>(
    definition: RequestDefinition<Q, R, QB, RB>,
    processor: Processor<Q, R, QB, RB>,
  ): void;
  /** Runs before every request (ACL): a reply refuses it. */
  guard(check: (command: RemotingCommand, connection: Connection) => Reply | undefined): void;
  readonly codes: readonly number[];
  /** Finds, decodes, runs and answers; what is thrown becomes an answer too (spec: remoting 1.6). */
  dispatch(command: RemotingCommand, connection: Connection): void;
}

export interface CallOptions<QB = unknown> {
  timeoutMs?: number;
  content?: QB;
  body?: Buffer;
  extFields?: Record<string, string>;
  remark?: string;
  language?: string;
  /** Codes besides success that are answers, not errors. */
  accept?: readonly number[];
}

export interface CallResult<R, RB> {
  code: number;
  header: R;
  remark: string | undefined;
  extFields: Record<string, string>;
  body: Buffer | undefined;
  /** MQVersion ordinal of the answerer. */
  version: number;
  /** The body decoded with the definition's codec; throws CorruptError. */
  content(this: void): RB;
}

/** One socket, requests flowing both ways. */
export interface Connection {
  /** "ip:port" of the peer. */
  readonly remoteAddress: string;
  readonly isOpen: boolean;
  /** When bytes last came, in the clock's milliseconds: what is served now has waited since. */
  readonly lastReceivedMs: number;
  /** Frames that could not be written to the socket yet, in bytes. */
  readonly pendingBytes: number;
  /** Sends a request and waits; rejects with ResponseError for a code other than those accepted, UnreachableError on deadline or loss. */
  call<Q, R, QB, RB>(
    definition: RequestDefinition<Q, R, QB, RB>,
    header: Q,
    options?: CallOptions<QB>,
  ): Promise<CallResult<R, RB>>;
  callOneway<Q, R, QB, RB>(
    definition: RequestDefinition<Q, R, QB, RB>,
    header: Q,
    options?: CallOptions<QB>,
  ): void;
  /** Passes a request on as it is and waits for the raw answer, whatever its code. */
  forward(command: RemotingCommand, timeoutMs: number): Promise<RemotingCommand>;
  /** Writes an answer as it is (what a dispatcher does with what a processor answers). */
  respond(answer: RemotingCommand): void;
  /** Sends what is queued, then closes. Everything that waits is rejected at once. */
  close(reason?: string): void;
  /** Runs once, when the connection is lost or closed; at once when it is already. */
  onClose(run: () => void): void;
}

/** A listening server. */
export interface RemotingServer extends Service {
  /** The port really listened on; 0 before start. */
  readonly port: number;
  readonly connections: ReadonlySet<Connection>;
}

/** Keeps one connection per address, connects on demand. */
export interface RemotingClient extends Service {
  call<Q, R, QB, RB>(
    address: string,
    definition: RequestDefinition<Q, R, QB, RB>,
    header: Q,
    options?: CallOptions<QB>,
  ): Promise<CallResult<R, RB>>;
  callOneway<Q, R, QB, RB>(
    address: string,
    definition: RequestDefinition<Q, R, QB, RB>,
    header: Q,
    options?: CallOptions<QB>,
  ): Promise<void>;
  /** The connection to an address, made when there is none yet; rejects with UnreachableError. */
  connection(address: string, timeoutMs?: number): Promise<Connection>;
  /** Drops the connection to an address, if there is one. */
  disconnect(address: string): void;
}
