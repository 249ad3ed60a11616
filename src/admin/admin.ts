import type { Client } from "../../engine/client/client.js";
import type { RequestDefinition } from "../../engine/protocol/define-request.js";
import type { CallOptions, CallResult } from "../../engine/remoting/api.js";
import { brokerError, namesrvError } from "./explain.js";
import { sign } from "./sign.js";

/** Who signs the requests. */
export interface Credentials {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly securityToken?: string;
}

export interface AdminOptions {
  /** `host:port` each; throws a usage error when no name server is known. */
  readonly namesrv: () => readonly string[];
  readonly timeoutMs: number;
  readonly credentials: () => Credentials | undefined;
  readonly signal: AbortSignal;
}

/** Brokers asked at the same time. */
export const WIDTH = 16;

/**
 * A cluster behind some name servers. Nothing is opened before the first request; subjects (topics, groups, …) are
 * functions in files of their own that take it, so that a command loads only what it uses.
 * Upstream: DefaultMQAdminExt.
 */
export interface Admin {
  readonly options: AdminOptions;
  /** Deadline of one request in milliseconds. */
  readonly timeoutMs: number;
  client(): Promise<Client>;
  /** Asks one broker. Rejects with RefusedError or UnreachableError. */
  broker<Q, R, QB, RB>(
    address: string,
    definition: RequestDefinition<Q, R, QB, RB>,
    header: Q,
    options?: CallOptions<QB>,
  ): Promise<CallResult<R, RB>>;
  /** Asks the chosen name server, the next one when it is not reached. */
  namesrv<Q, R, QB, RB>(
    definition: RequestDefinition<Q, R, QB, RB>,
    header: Q,
    options?: CallOptions<QB>,
  ): Promise<CallResult<R, RB>>;
  close(): Promise<void>;
}

class ClusterAdmin implements Admin {
  readonly options: AdminOptions;
  private starting: Promise<Client> | undefined;

  constructor(options: AdminOptions) {
    this.options = options;
  }

  get timeoutMs(): number {
    return this.options.timeoutMs;
  }

  client(): Promise<Client> {
    return (this.starting ??= this.start());
  }

  async broker<Q, R, QB, RB>(
    address: string,
    definition: RequestDefinition<Q, R, QB, RB>,
    header: Q,
    options: CallOptions<QB> = {},
  ): Promise<CallResult<R, RB>> {
    const client = await this.client();
    try {
      return await client.remoting.call(address, definition, header, {
        timeoutMs: this.timeoutMs,
        ...options,
      });
    } catch (thrown) {
      throw brokerError(thrown, address);
    }
  }

  async namesrv<Q, R, QB, RB>(
    definition: RequestDefinition<Q, R, QB, RB>,
    header: Q,
    options: CallOptions<QB> = {},
  ): Promise<CallResult<R, RB>> {
    const client = await this.client();
    try {
      return await client.namesrv.call(definition, header, { timeoutMs: this.timeoutMs, ...options });
    } catch (thrown) {
      throw namesrvError(thrown, this.options.namesrv());
    }
  }

  async close(): Promise<void> {
    const client = await this.starting?.catch(() => undefined);
    await client?.stop();
  }

  private async start(): Promise<Client> {
    const { createClient } = await import("../../engine/client/client.js");
    const credentials = this.options.credentials();
    const client = createClient({
      namesrv: this.options.namesrv().join(";"),
      timeoutMs: this.timeoutMs,
      ...(credentials === undefined ? {} : { sign: (command) => sign(command, credentials) }),
    });
    await client.start();
    return client;
  }
}

export function createAdmin(options: AdminOptions): Admin {
  return new ClusterAdmin(options);
}
