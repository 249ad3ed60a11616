import type { Client } from "../../engine/client/client.js";
import type { RequestDefinition } from "../../engine/protocol/define-request.js";
import type { CallOptions, CallResult } from "../../engine/remoting/api.js";
import type { TlsClientSettings } from "../../engine/remoting/tls-settings.js";
import type { Rehearsal } from "./change.js";
import { explain, explainOne, explainSilence } from "./explain.js";

/** Who signs the requests. */
export interface Credentials {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly securityToken?: string;
}

export interface AdminOptions {
  /** `host:port` each; throws a usage error when none is known, which does not matter to requests that go elsewhere. */
  readonly namesrv: () => readonly string[];
  readonly timeoutMs: number;
  readonly credentials: () => Credentials | undefined;
  /** How to connect by TLS; undefined is plain. */
  readonly tls?: TlsClientSettings | undefined;
  readonly signal: AbortSignal;
  /** Which release's words failures are to hold; the newest without it. */
  readonly release?: { readonly isBefore: (release: string) => boolean } | undefined;
  /** Takes down changes instead of making them. */
  readonly rehearsal?: Rehearsal | undefined;
}

/**
 * A cluster behind some name servers. Nothing is opened before the first request; subjects (topics, groups, …) are
 * functions in files of their own that take it, so that a command loads only what it uses.
 * Upstream: DefaultMQAdminExt.
 */
export interface Admin {
  readonly options: AdminOptions;
  /** Deadline of one request in milliseconds. */
  readonly timeoutMs: number;
  /** There while changes are only taken down: whoever changes something adds it here and sends nothing. */
  readonly rehearsal: Rehearsal | undefined;
  /** Works with the client behind it, such as a producer's; failures are explained as those of requests are. */
  use<T>(work: (client: Client) => Promise<T>): Promise<T>;
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
  /** Asks one name server, and no other. */
  oneNamesrv<Q, R, QB, RB>(
    address: string,
    definition: RequestDefinition<Q, R, QB, RB>,
    header: Q,
    options?: CallOptions<QB>,
  ): Promise<CallResult<R, RB>>;
  close(): Promise<void>;
}

/** Requests that change nothing, by upstream's way of naming them. */
const READING =
  /^(GET|QUERY|VIEW|SEARCH|PULL|LITE_PULL|CHECK_ROCKSDB|AUTH_GET|AUTH_LIST|CONTROLLER_GET|EXPORT|INVOKE_BROKER_TO_GET)_/;

class ClusterAdmin implements Admin {
  readonly options: AdminOptions;
  private starting: Promise<Client> | undefined;

  constructor(options: AdminOptions) {
    this.options = options;
  }

  get timeoutMs(): number {
    return this.options.timeoutMs;
  }

  get rehearsal(): Rehearsal | undefined {
    return this.options.rehearsal;
  }

  broker<Q, R, QB, RB>(
    address: string,
    definition: RequestDefinition<Q, R, QB, RB>,
    header: Q,
    options: CallOptions<QB> = {},
  ): Promise<CallResult<R, RB>> {
    return this.one(address, definition, { header, options });
  }

  namesrv<Q, R, QB, RB>(
    definition: RequestDefinition<Q, R, QB, RB>,
    header: Q,
    options: CallOptions<QB> = {},
  ): Promise<CallResult<R, RB>> {
    this.mayOnlyRead(definition.name);
    const { timeoutMs } = this;
    return this.use(({ namesrv }) => {
      this.options.namesrv();
      return namesrv.call(definition, header, { timeoutMs, ...options });
    });
  }

  oneNamesrv<Q, R, QB, RB>(
    address: string,
    definition: RequestDefinition<Q, R, QB, RB>,
    header: Q,
    options: CallOptions<QB> = {},
  ): Promise<CallResult<R, RB>> {
    const explained = (thrown: unknown): unknown => explainOne(thrown, address);
    return this.one(address, definition, { header, options, explained });
  }

  private one<Q, R, QB, RB>(
    address: string,
    definition: RequestDefinition<Q, R, QB, RB>,
    call: {
      readonly header: Q;
      readonly options: CallOptions<QB>;
      readonly explained?: (thrown: unknown) => unknown;
    },
  ): Promise<CallResult<R, RB>> {
    this.mayOnlyRead(definition.name);
    const { timeoutMs } = this;
    const { header, options, explained = (thrown: unknown) => thrown } = call;
    return this.use(({ remoting }) =>
      remoting
        .call(address, definition, header, { timeoutMs, ...options })
        .catch((thrown: unknown) => {
          throw explained(explainSilence(thrown, definition));
        }),
    );
  }

  async use<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const client = await (this.starting ??= this.start());
    try {
      return await work(client);
    } catch (thrown) {
      throw explain(thrown, client.namesrv.addresses, this.options.release);
    }
  }

  async close(): Promise<void> {
    const client = await this.starting?.catch(() => undefined);
    await client?.stop();
  }

  /** A rehearsal that sent a change would be worse than none. */
  private mayOnlyRead(request: string): void {
    if (this.rehearsal === undefined || READING.test(request)) return;
    throw new Error(`${request} changes something and was about to be sent in a rehearsal`);
  }

  private namesrvOrNone(): readonly string[] {
    try {
      return this.options.namesrv();
    } catch {
      // whoever asks a name server is told then
      return [];
    }
  }

  private async start(): Promise<Client> {
    const { createClient } = await import("../../engine/client/client.js");
    const credentials = this.options.credentials();
    // most clusters know no signatures: their commands do without Node's crypto
    const signing = credentials === undefined ? undefined : await import("./sign.js");
    const client = createClient({
      namesrv: this.namesrvOrNone().join(";"),
      withoutNamesrv: true,
      timeoutMs: this.timeoutMs,
      ...(this.options.tls !== undefined && { tls: this.options.tls }),
      ...(credentials === undefined || signing === undefined
        ? {}
        : { sign: (command) => signing.sign(command, credentials) }),
    });
    await client.start();
    return client;
  }
}

export function createAdmin(options: AdminOptions): Admin {
  return new ClusterAdmin(options);
}
