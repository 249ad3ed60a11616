/**
 * Frames: what stands between two sockets. Upstream: RemotingCommand.encode and decode, NettyEncoder, NettyDecoder
 * ([R-FRAME-1] in docs/protocol.md).
 *
 * ```
 * 0        4      5              8               8+h
 * | length | type | h, 24 bit    | header        | body |
 *   i32      0 JSON, 1 ROCKETMQ    h bytes         length - 4 - h bytes
 * ```
 */
import { CorruptError } from "../base/errors.js";
import { decodeBinaryHeader, encodeBinaryHeader, fitsBinaryHeader } from "./binary-header.js";
import { FRAME_PREFIX_LENGTH, HEADER_MAX_LENGTH } from "./frame-limits.js";
import { decodeJsonHeader, jsonHeaderText } from "./json-header.js";
import { type RemotingCommand, SERIALIZE_JSON, SERIALIZE_ROCKETMQ } from "./remoting-command.js";

/** The frame as buffers to be sent one after the other; bodies are not copied. */
export function encodeFrame(command: RemotingCommand): Buffer[] {
  const binary = command.serializeType === SERIALIZE_ROCKETMQ && fitsBinaryHeader(command);
  const head = binary ? encodeBinaryHeader(command, FRAME_PREFIX_LENGTH) : encodeJsonHead(command);
  const headerLength = head.length - FRAME_PREFIX_LENGTH;
  if (headerLength > HEADER_MAX_LENGTH) throw new CorruptError("the header of a frame is too long");
  const { body } = command;
  const frame: Buffer[] = [head];
  let bodyLength = 0;
  if (body !== undefined) {
    if (Buffer.isBuffer(body)) bodyLength = push(frame, body);
    else for (const part of body) bodyLength += push(frame, part);
  }
  head.writeInt32BE(4 + headerLength + bodyLength, 0);
  head.writeUInt32BE((binary ? SERIALIZE_ROCKETMQ : SERIALIZE_JSON) * 0x100_0000 + headerLength, 4);
  return frame;
}

function push(frame: Buffer[], part: Buffer): number {
  if (part.length > 0) frame.push(part);
  return part.length;
}

/** Length of text of this many UTF-16 units below which one generous allocation beats measuring first. */
const SHORT = 1024;

function encodeJsonHead(command: RemotingCommand): Buffer {
  const text = jsonHeaderText(command);
  const length = text.length <= SHORT ? text.length * 3 : Buffer.byteLength(text);
  const bytes = Buffer.allocUnsafe(FRAME_PREFIX_LENGTH + length);
  const written = bytes.write(text, FRAME_PREFIX_LENGTH);
  return bytes.subarray(0, FRAME_PREFIX_LENGTH + written);
}

/**
 * Decodes a frame whose 4 length bytes are cut off already. The body is a view of `frame`. Throws CorruptError for
 * anything that is no frame; the connection it came from is to be closed ([R-FRAME-3]).
 */
export function decodeFrame(frame: Buffer): RemotingCommand {
  if (frame.length < 4) throw new CorruptError("a frame is shorter than its header word");
  const type = frame[0];
  const headerEnd = 4 + (frame.readUInt32BE(0) & HEADER_MAX_LENGTH);
  if (headerEnd > frame.length)
    throw new CorruptError("the header of a frame is longer than the frame");
  if (type !== SERIALIZE_JSON && type !== SERIALIZE_ROCKETMQ) {
    throw new CorruptError(`a frame has the unknown serialize type ${type ?? ""}`);
  }
  const bytes = frame.subarray(4, headerEnd);
  const command = (
    type === SERIALIZE_JSON ? decodeJsonHeader(bytes) : decodeBinaryHeader(bytes)
  ) as RemotingCommand;
  command.body = headerEnd === frame.length ? undefined : frame.subarray(headerEnd);
  return command;
}
