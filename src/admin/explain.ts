import { RocketmqError, UnreachableError } from "../../engine/base/errors.js";
import { ResponseError } from "../../engine/remoting/response-error.js";

/** What brokers say to a request that nobody signed. */
const NOBODY = /No accessKey is configured|username cannot be null/;
const WHO = "say who asks: --access-key and --secret-key, the environment, or mqctl context";

/** A server refused a request. Upstream: MQBrokerException, MQClientException. */
export class RefusedError extends RocketmqError {
  override name = "RefusedError";
  readonly code: number;
  readonly remark: string;
  /** Who refused; undefined when it was the chosen name server. */
  readonly broker: string | undefined;

  constructor(cause: ResponseError, broker: string | undefined) {
    super(
      `${requestOf(cause)} was refused by ${cause.address}: ${codeText(cause.code, cause.remark, broker)}`,
      {
        kind: kindOf(cause),
        ...(NOBODY.test(cause.remark) && { hint: WHO }),
        cause,
      },
    );
    this.code = cause.code;
    this.remark = cause.remark;
    this.broker = broker;
  }
}

/**
 * Brokers say with the code for any error that something is not there, and with that for missing rights whatever they
 * have against a user or a rule that is to be changed.
 */
function kindOf(cause: ResponseError): ResponseError["kind"] {
  const { kind, remark } = cause;
  const isOfAuth = kind === "denied" && requestOf(cause).startsWith("AUTH_");
  if (kind !== "failed" && !isOfAuth) return kind;
  if (/not (exist(ed)?|online)\b/.test(remark)) return "not-found";
  return isOfAuth && BAD_RULE.test(remark) ? "failed" : kind;
}

/** What AuthenticationMetadataManagerImpl and AuthorizationMetadataManagerImpl check. */
const BAD_RULE =
  /^The .* is (existed|empty|invalid|null)\b|^The actions can not be Any|can not be blank$/;

/** Upstream's words for an error answer, which scripts look for in stderr. */
export function codeText(code: number, remark: string, broker?: string): string {
  return `CODE: ${code}  DESC: ${remark}${broker === undefined ? "" : ` BROKER: ${broker}`}`;
}

/** An error with a code of upstream that the tool itself raises. */
export class CodeError extends RocketmqError {
  override name = "CodeError";
  readonly code: number;
  readonly remark: string;

  constructor(
    code: number,
    remark: string,
    options: { kind: RocketmqError["kind"]; hint?: string },
  ) {
    super(codeText(code, remark), options);
    this.code = code;
    this.remark = remark;
  }
}

/** The code that an error carries, whoever raised it. */
export function codeOf(thrown: unknown): number | undefined {
  return thrown instanceof RefusedError || thrown instanceof CodeError ? thrown.code : undefined;
}

/**
 * An error of a request in words for the reader that hold upstream's own, which scripts look for. For a name server
 * that is not reached those are `connect to null failed`, before 5.0 with the list in place of null.
 */
export function explain(
  thrown: unknown,
  namesrv: readonly string[],
  release?: { readonly isBefore: (release: string) => boolean },
): unknown {
  const isOld = release?.isBefore("5.0.0") === true;
  const words = `connect to ${isOld ? `[${namesrv.join(", ")}]` : "null"} failed`;
  if (thrown instanceof ResponseError) {
    return new RefusedError(thrown, namesrv.includes(thrown.address) ? undefined : thrown.address);
  }
  if (
    thrown instanceof RocketmqError &&
    thrown.kind === "usage" &&
    thrown.message.endsWith("is no address")
  ) {
    const hint = thrown.hint === undefined ? {} : { hint: thrown.hint };
    return new RocketmqError(`${thrown.message} (${words})`, {
      kind: "usage",
      ...hint,
    });
  }
  if (thrown instanceof RocketmqError && /\bThe broker\[[^\]]*\] not exist$/.test(thrown.message)) {
    const hint = "mqadmin topicRoute shows the brokers of a topic";
    return new RocketmqError(thrown.message, { kind: "not-found", hint, cause: thrown });
  }
  if (!(thrown instanceof UnreachableError)) return thrown;
  const { message, address } = thrown;
  if (message.startsWith("send request to") && thrown.hint === undefined) {
    const hint = "the connection was closed: a server that takes TLS only does that, see --tls";
    return new UnreachableError(message, address, { hint, cause: thrown });
  }
  if (!message.startsWith("connect to")) return thrown;
  const reason = tlsReason(thrown);
  const list = namesrv.join(";");
  if (address !== list && !namesrv.includes(address)) {
    if (reason === undefined) return thrown;
    return new UnreachableError(message, address, { hint: reason, cause: thrown });
  }
  return new UnreachableError(`no name server was reached at ${list} (${words})`, list, {
    hint: reason ?? "name another one with -n host:port or NAMESRV_ADDR",
    cause: thrown,
  });
}

/** Codes of Node.js for certificates that are not trusted and peers that do not speak TLS. */
const TLS_CODE = /^(ERR_SSL|ERR_TLS|EPROTO|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO)/;

/** Why TLS failed; undefined when it was not that. */
function tlsReason(thrown: unknown): string | undefined {
  for (let cause = thrown; cause instanceof Error; cause = cause.cause) {
    const code = "code" in cause ? String(cause.code) : "";
    if (TLS_CODE.test(code) || cause.message.includes("TLS"))
      return `TLS was refused: ${cause.message}`;
  }
  return undefined;
}

/** As `explain`, of a name server that was asked by its address: upstream then names that. */
export function explainOne(thrown: unknown, address: string): unknown {
  if (!(thrown instanceof UnreachableError) || !thrown.message.startsWith("connect to"))
    return explain(thrown, [address]);
  return new UnreachableError(
    `the name server ${address} was not reached (connect to ${address} failed)`,
    address,
    { hint: "name another one with -n host:port or NAMESRV_ADDR", cause: thrown },
  );
}

/** Servers of 4.x leave requests that they do not know without an answer. */
export function explainSilence(
  thrown: unknown,
  { name, since }: { readonly name: string; readonly since: string | undefined },
): unknown {
  if (!(thrown instanceof UnreachableError) || since === undefined) return thrown;
  if (!thrown.message.startsWith("wait response")) return thrown;
  return new UnreachableError(thrown.message, thrown.address, {
    hint: `${name} is known since ${since}: an older server may leave it without an answer`,
    cause: thrown,
  });
}

function requestOf(error: ResponseError): string {
  return /^\w+/.exec(error.message)?.[0] ?? "the request";
}
