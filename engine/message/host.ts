/**
 * Addresses as a record keeps them: 4 or 16 address bytes, then the port as int32. Upstream: MessageExt.socketAddress2ByteBuffer.
 * IPv6 text is printed as Java's Inet6Address does (eight groups, nothing left out).
 */
import { RocketmqError } from "../base/errors.js";

/** An address and a port: IPv4 or IPv6 text. */
export interface Host {
  address: string;
  port: number;
}

const CACHED_ADDRESSES = 1024;
const cache = new Map<string, Buffer>();

/** The 4 or 16 bytes of an address; an IPv4 address in IPv6 clothes (::ffff:1.2.3.4) gives 4. */
export function addressBytes(address: string): Buffer {
  const known = cache.get(address);
  if (known !== undefined) return known;
  const bytes = parseAddress(address);
  if (cache.size >= CACHED_ADDRESSES) cache.clear();
  cache.set(address, bytes);
  return bytes;
}

/** Writes address and port; returns how many bytes that took (8 or 20). */
export function writeHost(into: Buffer, host: Host, at: number): number {
  const bytes = addressBytes(host.address);
  into.set(bytes, at);
  into.writeInt32BE(host.port, at + bytes.length);
  return bytes.length + 4;
}

/** Reads an address of 4 or 16 bytes and the port behind it. */
export function readHost(from: Buffer, at: number, addressLength: number): Host {
  const address = formatAddress(from.subarray(at, at + addressLength));
  return { address, port: from.readInt32BE(at + addressLength) };
}

/** Text of 4 or 16 address bytes. */
export function formatAddress(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  const view = new DataView(bytes.buffer, bytes.byteOffset, 16);
  return Array.from({ length: 8 }, (_, group) => view.getUint16(group * 2).toString(16)).join(":");
}

function parseAddress(address: string): Buffer {
  const bare = address.replace(/^\[|\]$/g, "").replace(/%.*$/, "");
  const v4 = parseIPv4(bare);
  if (v4 !== undefined) return v4;
  const v6 = parseIPv6(bare);
  if (v6 === undefined) {
    throw new RocketmqError(`${JSON.stringify(address)} is not an IP address`, { kind: "usage" });
  }
  const mapped =
    v6.readUInt32BE(0) === 0 && v6.readUInt32BE(4) === 0 && v6.readUInt32BE(8) === 0xffff;
  return mapped ? v6.subarray(12) : v6;
}

function parseIPv4(text: string): Buffer | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  return parts?.every((part) => part <= 255) === true ? Buffer.from(parts) : undefined;
}

function parseIPv6(text: string): Buffer | undefined {
  const [, front, dotted] = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text) ?? [];
  const tail = dotted === undefined ? undefined : parseIPv4(dotted);
  const hex =
    front === undefined || tail === undefined
      ? text
      : `${front}${tail.toString("hex", 0, 2)}:${tail.toString("hex", 2, 4)}`;
  const halves = hex.split("::").map((half) => (half === "" ? [] : half.split(":")));
  if (halves.length > 2) return undefined;
  const [head = [], rest] = halves;
  const missing = 8 - head.length - (rest?.length ?? 0);
  if (rest === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...new Array<string>(missing).fill("0"), ...(rest ?? [])];
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  return Buffer.from(groups.map((group) => group.padStart(4, "0")).join(""), "hex");
}

/** `address:port`, as upstream prints hosts. */
export function hostText(host: Host): string {
  return `${host.address}:${host.port}`;
}
