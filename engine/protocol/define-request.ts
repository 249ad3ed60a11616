import { type AnyFields, headerCodec, type HeaderCodec, type HeaderOf } from "./header.js";

export type Server = "broker" | "namesrv" | "client" | "controller" | "container";

/** A body that has a shape of its own (JSON or bytes). */
export interface BodyCodec<B> {
  readonly name: string;
  encode(body: B): Buffer;
  /** Throws CorruptError when the bytes are no such body. */
  decode(bytes: Buffer): B;
}

export interface RequestDefinition<Q, R, QB = unknown, RB = unknown> {
  readonly code: number;
  /** Upstream's name, e.g. "PULL_MESSAGE". */
  readonly name: string;
  readonly servedBy: Server | readonly Server[];
  /** First upstream version that knows it, when later than 4.8.0. */
  readonly since: string | undefined;
  readonly request: HeaderCodec<Q>;
  readonly response: HeaderCodec<R>;
  /** Codec of the request's body, when it has one with a shape. */
  readonly requestBody: BodyCodec<QB> | undefined;
  readonly responseBody: BodyCodec<RB> | undefined;
}

/**
 * Everything about one request in one value: types, codecs, checks, dispatch, the fuzz generator and the row in the
 * documentation derive from it.
 */
export function defineRequest<
  const Q extends AnyFields = Record<never, never>,
  const R extends AnyFields = Record<never, never>,
  QB = undefined,
  RB = undefined,
>(definition: {
  code: number;
  name: string;
  servedBy: Server | readonly Server[];
  since?: string;
  request?: Q;
  response?: R;
  requestBody?: BodyCodec<QB>;
  responseBody?: BodyCodec<RB>;
}): RequestDefinition<HeaderOf<Q>, HeaderOf<R>, QB, RB> {
  return {
    code: definition.code,
    name: definition.name,
    servedBy: definition.servedBy,
    since: definition.since,
    request: headerCodec(definition.request ?? ({} as Q)),
    response: headerCodec(definition.response ?? ({} as R)),
    requestBody: definition.requestBody,
    responseBody: definition.responseBody,
  };
}
