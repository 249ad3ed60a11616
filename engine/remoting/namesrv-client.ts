/** Calls to a list of name servers. Upstream: NettyRemotingClient.getAndCreateNameserverChannel, namesrvChoosed. */
import { type Clock, systemClock } from "../base/clock.js";
import { RocketmqError, UnreachableError } from "../base/errors.js";
import { type Logger, silentLogger } from "../base/log.js";
import type { RequestDefinition } from "../protocol/define-request.js";
import type { CallOptions, CallResult, RemotingClient } from "./api.js";

/** Splits "a:9876;b:9876"; also takes commas and blanks. */
export function parseNamesrvList(list: string): string[] {
  return [...new Set(list.split(/[;,\s]+/).filter((address) => address !== ""))];
}

export type NamesrvOutcome<R, RB> =
  | { address: string; result: CallResult<R, RB>; error?: undefined }
  | { address: string; result?: undefined; error: unknown };

export interface NamesrvClientOptions {
  /** "a:9876;b:9876" or the addresses. */
  addresses: string | readonly string[];
  remoting: RemotingClient;
  clock?: Clock | undefined;
  logger?: Logger | undefined;
  /** Deadline of calls that name none, over all name servers together. */
  timeoutMs?: number | undefined;
  /** Number in [0, 1) that chooses the first name server; default random. */
  random?: (() => number) | undefined;
}

export function createNamesrvClient(options: NamesrvClientOptions): NamesrvClient {
  return new NamesrvClient(options);
}

/** Keeps to one name server, chosen at random, and goes on to the next when that one is not reached. */
export class NamesrvClient {
  private readonly remoting: RemotingClient;
  private readonly clock: Clock;
  private readonly logger: Logger;
  private readonly timeoutMs: number;
  private readonly random: () => number;
  private list: readonly string[] = [];
  private chosen = 0;

  constructor(options: NamesrvClientOptions) {
    this.remoting = options.remoting;
    this.clock = options.clock ?? systemClock();
    this.logger = options.logger ?? silentLogger;
    this.timeoutMs = options.timeoutMs ?? 3000;
    this.random = options.random ?? Math.random;
    this.setAddresses(options.addresses);
  }

  get addresses(): readonly string[] {
    return this.list;
  }

  setAddresses(addresses: string | readonly string[]): void {
    const list = typeof addresses === "string" ? parseNamesrvList(addresses) : [...addresses];
    if (list.join(";") === this.list.join(";")) return;
    this.list = list;
    this.chosen = Math.floor(this.random() * list.length);
  }

  /**
   * Asks the chosen name server, then the others. A refusal (ResponseError) is an answer and ends it; UnreachableError
   * only when none was reached in time. A name server that stays silent gets its share of the time that is left.
   */
  async call<Q, R, QB, RB>(
    definition: RequestDefinition<Q, R, QB, RB>,
    header: Q,
    options: CallOptions<QB> = {},
  ): Promise<CallResult<R, RB>> {
    const { list } = this;
    const deadlineMs = this.clock.now() + (options.timeoutMs ?? this.timeoutMs);
    const first = this.chosen;
    let last: UnreachableError | undefined;
    for (let tried = 0; tried < list.length; tried++) {
      const index = (first + tried) % list.length;
      const leftMs = deadlineMs - this.clock.now();
      if (leftMs <= 0) break;
      const timeoutMs = Math.ceil(leftMs / (list.length - tried));
      try {
        const result = await this.remoting.call(list[index] as string, definition, header, {
          ...options,
          timeoutMs,
        });
        if (this.list === list) this.chosen = index;
        return result;
      } catch (error) {
        if (!(error instanceof UnreachableError)) throw error;
        last = error;
        this.logger.warn(`name server ${list[index] ?? ""} is not reached: ${error.message}`);
      }
    }
    throw this.unreached(list, last);
  }

  /** Asks every name server at the same time; never rejects. */
  callAll<Q, R, QB, RB>(
    definition: RequestDefinition<Q, R, QB, RB>,
    header: Q,
    options: CallOptions<QB> = {},
  ): Promise<NamesrvOutcome<R, RB>[]> {
    const timeoutMs = options.timeoutMs ?? this.timeoutMs;
    return Promise.all(
      this.list.map((address) =>
        this.remoting.call(address, definition, header, { ...options, timeoutMs }).then(
          (result) => ({ address, result }),
          (error: unknown) => ({ address, error }),
        ),
      ),
    );
  }

  private unreached(list: readonly string[], last: UnreachableError | undefined): RocketmqError {
    if (list.length === 0) {
      return new RocketmqError("no name server address is set", {
        kind: "usage",
        hint: "name one with -n host:port or NAMESRV_ADDR",
      });
    }
    if (list.length === 1 && last !== undefined) return last;
    const all = list.join(";");
    return new UnreachableError(`connect to ${all} failed`, all, { cause: last });
  }
}
