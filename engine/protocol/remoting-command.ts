/** One request or answer as it crosses a socket. Upstream: RemotingCommand. */

export type ExtFields = Record<string, string>;

/** 0 = JSON header, 1 = ROCKETMQ (binary) header. */
export type SerializeType = 0 | 1;
export const SERIALIZE_JSON = 0;
export const SERIALIZE_ROCKETMQ = 1;

export const FLAG_RESPONSE = 1;
export const FLAG_ONEWAY = 2;

/** MQVersion ordinal that our engine and tools announce: V5_3_3. */
export const CURRENT_VERSION = 479;

export interface RemotingCommand {
  /** Request code or response code. */
  code: number;
  /** Name of the sender's language, e.g. "JAVA"; "" when the peer's is unknown. */
  language: string;
  /** MQVersion ordinal of the sender. */
  version: number;
  /** Ties an answer to its request; int32, unique per connection and direction. */
  opaque: number;
  flag: number;
  remark: string | undefined;
  /** Header fields; always strings on the wire. */
  extFields: ExtFields;
  /** One buffer when decoded; an answer may carry several that are sent back to back. Absent when empty. */
  body: Buffer | readonly Buffer[] | undefined;
  serializeType: SerializeType;
}

export function isResponse(command: RemotingCommand): boolean {
  return (command.flag & FLAG_RESPONSE) !== 0;
}

export function isOneway(command: RemotingCommand): boolean {
  return (command.flag & FLAG_ONEWAY) !== 0;
}

/** The body as one buffer. */
export function bodyOf(command: RemotingCommand): Buffer | undefined {
  const { body } = command;
  if (body === undefined || Buffer.isBuffer(body)) return body;
  return Buffer.concat(body);
}
