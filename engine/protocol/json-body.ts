import { CorruptError } from "../base/errors.js";
import type { BodyCodec } from "./define-request.js";
import { parseFastjson, stringifyFastjson } from "./fastjson.js";
import type { Shape } from "./shape.js";

/** The codec of a JSON body and its shape, for bodies and files that contain it. Upstream: RemotingSerializable. */
export interface JsonBody<B> extends BodyCodec<B> {
  readonly shape: Shape<B>;
}

/** A body of one shape, written compactly in the dialect. */
export function jsonBody<B>(name: string, shape: Shape<B>): JsonBody<B> {
  return {
    name,
    shape,
    encode: (body) => Buffer.from(stringifyFastjson(shape.write(body))),
    decode: (bytes) => decodeShape(name, shape, bytes),
  };
}

/** Reads JSON text as a shape. Throws CorruptError when it is none, also for `null`. */
export function decodeShape<T>(name: string, shape: Shape<T>, input: string | Buffer): T {
  if (input.length === 0) throw new CorruptError(`a ${name} is empty`);
  const value = parseFastjson(input);
  if (value === null) throw new CorruptError(`a ${name} is null`);
  return shape.read(value, name);
}
