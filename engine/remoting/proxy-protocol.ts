/**
 * The line or the bytes that a load balancer sends first, to say for whom it connects: HAProxy's PROXY protocol,
 * versions 1 and 2. Upstream: HAProxyMessageDecoder of Netty, NettyRemotingServer.HAProxyMessageHandler.
 *
 *     v1   "PROXY TCP4 192.0.2.1 192.0.2.2 40000 10911\r\n", at most 107 bytes
 *     v2   0d0a0d0a000d0a515549540a | version 2, command | family, transport | uint16 length | addresses, more
 */
import { isIP } from "node:net";
import { CorruptError } from "../base/errors.js";

export interface ProxyHeader {
  /** Bytes of the header. */
  length: number;
  /** "ip:port" of the one connected for; undefined when the header does not say: then the connection's own counts. */
  source: string | undefined;
}

const V1_LONGEST = 107;
const V2_SIGNATURE = Buffer.from("0d0a0d0a000d0a515549540a", "hex");
const V2_FIXED = 16;
/** Bound of what is kept of a header that is not complete; upstream takes up to 64 KiB of TLVs. */
const V2_LONGEST = 4096;

const COMMAND_LOCAL = 0x20;
const COMMAND_PROXY = 0x21;
const FAMILY_IPV4 = 1;
const FAMILY_IPV6 = 2;

/** Reads the header at the start of `bytes`; undefined when it is not complete. Throws CorruptError. */
export function readProxyHeader(bytes: Buffer): ProxyHeader | undefined {
  return bytes[0] === V2_SIGNATURE[0] ? readVersion2(bytes) : readVersion1(bytes);
}

function readVersion1(bytes: Buffer): ProxyHeader | undefined {
  const prefix = "PROXY ";
  const start = bytes.toString("latin1", 0, Math.min(bytes.length, prefix.length));
  if (!prefix.startsWith(start)) throw malformed("it does not begin with PROXY");
  const end = bytes.subarray(0, V1_LONGEST).indexOf("\r\n");
  if (end === -1) {
    if (bytes.length >= V1_LONGEST) throw malformed(`it has no end within ${V1_LONGEST} bytes`);
    return undefined;
  }
  const length = end + 2;
  const [, protocol, source = "", target = "", sourcePort = "", targetPort = "", ...more] = bytes
    .toString("latin1", 0, end)
    .split(" ");
  if (protocol === "UNKNOWN") return { length, source: undefined };
  const family = protocol === "TCP4" ? 4 : protocol === "TCP6" ? 6 : -1;
  const isGood =
    isIP(source) === family &&
    isIP(target) === family &&
    isPort(sourcePort) &&
    isPort(targetPort) &&
    more.length === 0;
  if (!isGood) throw malformed(JSON.stringify(bytes.toString("latin1", 0, end)));
  return { length, source: `${source}:${Number(sourcePort)}` };
}

function readVersion2(bytes: Buffer): ProxyHeader | undefined {
  const known = Math.min(bytes.length, V2_SIGNATURE.length);
  if (V2_SIGNATURE.compare(bytes, 0, known, 0, known) !== 0) throw malformed("a wrong signature");
  if (bytes.length < V2_FIXED) return undefined;
  const command = bytes.readUInt8(12);
  if (command !== COMMAND_LOCAL && command !== COMMAND_PROXY) {
    throw malformed(`version and command 0x${command.toString(16)}`);
  }
  const family = bytes.readUInt8(13) >> 4;
  const addressBytes = bytes.readUInt16BE(14);
  const length = V2_FIXED + addressBytes;
  if (length > V2_LONGEST) throw malformed(`${length} bytes`);
  if (bytes.length < length) return undefined;
  if (command === COMMAND_LOCAL) return { length, source: undefined };
  return { length, source: sourceOf(family, bytes.subarray(V2_FIXED, length)) };
}

function sourceOf(family: number, addresses: Buffer): string | undefined {
  if (family !== FAMILY_IPV4 && family !== FAMILY_IPV6) return undefined;
  const size = family === FAMILY_IPV4 ? 4 : 16;
  if (addresses.length < 2 * size + 4) throw malformed("addresses are missing");
  const address = addresses.subarray(0, size);
  const port = addresses.readUInt16BE(2 * size);
  return `${family === FAMILY_IPV4 ? address.join(".") : ipv6(address)}:${port}`;
}

function ipv6(address: Buffer): string {
  const words: string[] = [];
  for (let at = 0; at < address.length; at += 2) {
    words.push(address.readUInt16BE(at).toString(16));
  }
  return words.join(":");
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535;
}

function malformed(what: string): CorruptError {
  return new CorruptError(`a malformed PROXY header: ${what}`);
}
