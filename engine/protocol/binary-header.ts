/**
 * The ROCKETMQ (binary) form of a frame's header. Upstream: RocketMQSerializable ([R-BIN-1] in docs/protocol.md).
 *
 * ```
 * 0      2        3         5        9      13            17+r
 * | code | language | version | opaque | flag | r | remark | e | ext map |      all big-endian
 *   i16    i8         i16       i32      i32   i32  r bytes  i32 e bytes
 *
 * ext map, repeated:  | k i16 | key, k bytes | v i32 | value, v bytes |
 * ```
 */
import { CorruptError } from "../base/errors.js";
import { languageCode, languageName } from "./language.js";
import type { ExtFields, RemotingCommand } from "./remoting-command.js";

const FIXED_LENGTH = 21;
const INT16_MAX = 0x7fff;

/** Whether the binary form can carry this command: its code has 16 bits only ([R-BIN-2]). */
export function fitsBinaryHeader(command: RemotingCommand): boolean {
  return (
    command.code <= INT16_MAX && command.code >= -INT16_MAX - 1 && command.version <= INT16_MAX
  );
}

/** Writes the binary header with `before` bytes left free in front of it. */
export function encodeBinaryHeader(command: RemotingCommand, before: number): Buffer {
  const remarkLength = command.remark === undefined ? 0 : Buffer.byteLength(command.remark);
  const entries: (readonly [key: string, keyLength: number, value: string, valueLength: number])[] =
    [];
  let extLength = 0;
  for (const [key, value] of Object.entries(command.extFields)) {
    const keyLength = Buffer.byteLength(key);
    if (keyLength > INT16_MAX) throw new CorruptError("the name of a header field is too long");
    const valueLength = Buffer.byteLength(value);
    entries.push([key, keyLength, value, valueLength]);
    extLength += 6 + keyLength + valueLength;
  }
  const bytes = Buffer.allocUnsafe(before + FIXED_LENGTH + remarkLength + extLength);
  let at = writeFixed(bytes, command, before);
  at = bytes.writeInt32BE(remarkLength, at);
  if (command.remark !== undefined) at += bytes.write(command.remark, at);
  at = bytes.writeInt32BE(extLength, at);
  for (const [key, keyLength, value, valueLength] of entries) {
    at = bytes.writeInt16BE(keyLength, at);
    at += bytes.write(key, at);
    at = bytes.writeInt32BE(valueLength, at);
    at += bytes.write(value, at);
  }
  return bytes;
}

function writeFixed(bytes: Buffer, command: RemotingCommand, from: number): number {
  let at = bytes.writeInt16BE(command.code, from);
  at = bytes.writeUInt8(languageCode(command.language), at);
  at = bytes.writeInt16BE(command.version, at);
  at = bytes.writeInt32BE(command.opaque, at);
  return bytes.writeInt32BE(command.flag, at);
}

/** The header in `bytes`. Throws CorruptError when a length points outside of it. */
export function decodeBinaryHeader(bytes: Buffer): Omit<RemotingCommand, "body"> {
  if (bytes.length < FIXED_LENGTH)
    throw new CorruptError("the binary header of a frame is cut short");
  const remarkLength = bytes.readInt32BE(13);
  const remarkEnd = 17 + remarkLength;
  if (remarkLength < 0 || remarkEnd + 4 > bytes.length) throw badLength("remark");
  const extLength = bytes.readInt32BE(remarkEnd);
  const extStart = remarkEnd + 4;
  if (extLength < 0 || extStart + extLength > bytes.length) throw badLength("field map");
  return {
    code: bytes.readInt16BE(0),
    language: languageName(bytes.readUInt8(2)),
    version: bytes.readInt16BE(3),
    opaque: bytes.readInt32BE(5),
    flag: bytes.readInt32BE(9),
    remark: remarkLength === 0 ? undefined : bytes.toString("utf8", 17, remarkEnd),
    extFields: decodeExtFields(bytes, extStart, extStart + extLength),
    serializeType: 1,
  };
}

/** A key may stand twice; the last one counts, as in a Java map ([R-BIN-3]). */
function decodeExtFields(bytes: Buffer, from: number, end: number): ExtFields {
  const ext: ExtFields = {};
  let at = from;
  while (at < end) {
    if (at + 2 > end) throw badLength("field name");
    const keyEnd = at + 2 + bytes.readUInt16BE(at);
    if (keyEnd + 4 > end) throw badLength("field name");
    const valueLength = bytes.readInt32BE(keyEnd);
    const valueEnd = keyEnd + 4 + valueLength;
    if (valueLength < 0 || valueEnd > end) throw badLength("field value");
    setOwn(
      ext,
      bytes.toString("utf8", at + 2, keyEnd),
      bytes.toString("utf8", keyEnd + 4, valueEnd),
    );
    at = valueEnd;
  }
  return ext;
}

function setOwn(ext: ExtFields, key: string, value: string): void {
  if (key !== "__proto__") ext[key] = value;
  else
    Object.defineProperty(ext, key, {
      value,
      enumerable: true,
      writable: true,
      configurable: true,
    });
}

function badLength(what: string): CorruptError {
  return new CorruptError(`the binary header of a frame has a ${what} that ends outside of it`);
}
