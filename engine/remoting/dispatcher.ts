/** Finds the processor of a request, runs it and answers. Upstream: NettyRemotingAbstract.processRequestCommand. */
import { CorruptError, messageOf, RocketmqError } from "../base/errors.js";
import type { Logger } from "../base/log.js";
import type { RequestDefinition } from "../protocol/define-request.js";
import type { Release } from "../protocol/release.js";
import { bodyOf, isOneway, type RemotingCommand } from "../protocol/remoting-command.js";
import { ResponseCode } from "../protocol/response-codes.js";
import { answerTo, encodeAnswer } from "./answer.js";
import {
  type Connection,
  type Dispatcher,
  type Exchange,
  held,
  type Processor,
  type Reply,
} from "./api.js";
import { ResponseError } from "./response-error.js";

type Guard = (command: RemotingCommand, connection: Connection) => Reply | undefined;

/**
 * Told of each request that has a processor; what it returns is told of the answer's code, and whether the request was
 * held before.
 */
export type RequestObserver = (
  command: RemotingCommand,
) => (code: number, wasHeld: boolean) => void;

interface Entry {
  definition: RequestDefinition<unknown, unknown>;
  processor: Processor<unknown, unknown>;
}

/** Versions above this one understand GO_AWAY: V5_3_1. */
const GO_AWAY_ABOVE = 475;

const NO_BYTES = Buffer.alloc(0);

export interface DispatcherOptions {
  logger: Logger;
  /** The release whose requests are served; default all that have a processor. */
  release?: Pick<Release, "knows" | "saysGoAway"> | undefined;
}

/** A dispatcher without processors. */
export function createDispatcher(options: DispatcherOptions): RequestDispatcher {
  return new RequestDispatcher(options);
}

export class RequestDispatcher implements Dispatcher {
  private readonly logger: Logger;
  private readonly release: DispatcherOptions["release"];
  private readonly entries = new Map<number, Entry>();
  private readonly guards: Guard[] = [];
  private leaving = false;
  /** Set while requests are measured. */
  observer: RequestObserver | undefined;

  constructor({ logger, release }: DispatcherOptions) {
    this.logger = logger;
    this.release = release;
  }

  get codes(): readonly number[] {
    return [...this.entries.keys()].sort((a, b) => a - b);
  }

  register<Q, R, QB, RB>(
    definition: RequestDefinition<Q, R, QB, RB>,
    processor: Processor<Q, R, QB, RB>,
  ): void {
    if (this.release?.knows(definition) === false) return;
    this.entries.set(definition.code, { definition, processor } as unknown as Entry);
  }

  guard(check: Guard): void {
    this.guards.push(check);
  }

  /** From now on clients that understand it are told to go away. */
  goAway(): void {
    this.leaving = this.release?.saysGoAway ?? true;
  }

  dispatch(command: RemotingCommand, connection: Connection): void {
    const entry = this.entries.get(command.code);
    let exchange: RequestExchange | undefined;
    try {
      const refusal = this.refusal(command, connection, entry);
      if (refusal !== undefined) {
        if (!isOneway(command)) connection.respond(answerTo(command, refusal));
        return;
      }
      const { definition, processor } = entry as Entry;
      const header = definition.request.decode(command.extFields);
      exchange = new RequestExchange(definition, command, connection, header);
      exchange.onAnswer = this.observer?.(command);
      const reply = processor(exchange);
      if (reply === held) {
        exchange.wasHeld = true;
        return;
      }
      if (reply instanceof Promise) this.await(reply, exchange);
      else exchange.respond(reply);
    } catch (error) {
      this.fail(error, exchange ?? new RequestExchange(entry?.definition, command, connection, {}));
    }
  }

  private refusal(
    command: RemotingCommand,
    connection: Connection,
    entry: Entry | undefined,
  ): Reply | undefined {
    if (this.leaving && command.version > GO_AWAY_ABOVE) {
      return { code: ResponseCode.GO_AWAY, remark: "please go away" };
    }
    for (const check of this.guards) {
      const refused = check(command, connection);
      if (refused !== undefined) return refused;
    }
    if (entry !== undefined) return undefined;
    return {
      code: ResponseCode.REQUEST_CODE_NOT_SUPPORTED,
      remark: ` request type ${command.code} not supported`,
    };
  }

  private await(reply: Promise<Reply<unknown>>, exchange: RequestExchange): void {
    reply
      .then(
        (answer) => exchange.respond(answer),
        (error: unknown) => this.fail(error, exchange),
      )
      .catch((error: unknown) => this.fail(error, exchange));
  }

  private fail(thrown: unknown, exchange: RequestExchange): void {
    const { code, remark } = refusalOf(thrown);
    if (!(thrown instanceof RocketmqError)) {
      const stack = thrown instanceof Error ? thrown.stack : messageOf(thrown);
      this.logger.error(`processing of request ${exchange.command.code} failed`, { stack });
    }
    exchange.refuse({ code, remark });
  }
}

/** What is thrown as an answer: `<exception>, <first stack frame>` as upstream, but expected errors in their own words. */
function refusalOf(thrown: unknown): { code: number; remark: string } {
  if (thrown instanceof ResponseError) return { code: thrown.code, remark: thrown.remark };
  const code = ResponseCode.SYSTEM_ERROR;
  if (thrown instanceof CorruptError || thrown instanceof RocketmqError) {
    return { code, remark: thrown.message };
  }
  if (!(thrown instanceof Error)) return { code, remark: String(thrown) };
  const frame = /\n\s+at ([^\n]*?)(?: \(|\n|$)/.exec(thrown.stack ?? "")?.[1] ?? "unknown";
  return { code, remark: `${thrown.name}: ${thrown.message}, ${frame}` };
}

class RequestExchange implements Exchange<unknown, unknown> {
  readonly command: RemotingCommand;
  readonly connection: Connection;
  readonly header: unknown;
  private readonly definition: RequestDefinition<unknown, unknown> | undefined;
  private answered = false;
  wasHeld = false;
  onAnswer: ReturnType<RequestObserver> | undefined;

  constructor(
    definition: RequestDefinition<unknown, unknown> | undefined,
    command: RemotingCommand,
    connection: Connection,
    header: unknown,
  ) {
    this.definition = definition;
    this.command = command;
    this.connection = connection;
    this.header = header;
  }

  get isOneway(): boolean {
    return isOneway(this.command);
  }

  get body(): Buffer {
    return bodyOf(this.command) ?? NO_BYTES;
  }

  // Both as properties: processors take an exchange apart.
  readonly content = (): unknown => {
    const codec = this.definition?.requestBody;
    if (codec === undefined) throw new CorruptError("the request has no content with a shape");
    const body = bodyOf(this.command);
    if (body === undefined) {
      throw new CorruptError(`the body of ${this.definition?.name ?? "the request"} is missing`);
    }
    return codec.decode(body);
  };

  readonly respond = (reply: Reply<unknown>): void => {
    if (this.answered) return;
    if (this.isOneway || this.definition === undefined) this.answered = true;
    else {
      const answer = encodeAnswer(this.definition, this.command, reply);
      this.answered = true;
      this.connection.respond(answer);
      this.onAnswer?.(answer.code, this.wasHeld);
    }
  };

  refuse(reply: Reply): void {
    if (this.answered) return;
    this.answered = true;
    if (this.isOneway) return;
    const answer = answerTo(this.command, reply);
    this.connection.respond(answer);
    this.onAnswer?.(answer.code, this.wasHeld);
  }
}
