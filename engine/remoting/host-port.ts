/** Addresses as text. Upstream: NetworkUtil.string2SocketAddress, RemotingHelper.parseChannelRemoteAddr. */
import type { Socket } from "node:net";
import { RocketmqError } from "../base/errors.js";

export interface HostPort {
  host: string;
  port: number;
}

/** Splits "host:port" at its last colon, so that "::1:9876" and "[::1]:9876" work. Throws kind "usage" for anything else. */
export function parseHostPort(address: string): HostPort {
  const match = /^\s*(?:\[(.+)\]|(.+)):(\d{1,5})\s*$/.exec(address);
  const port = Number(match?.[3]);
  const host = match?.[1] ?? match?.[2];
  if (host === undefined || !(port <= 65_535)) {
    throw new RocketmqError(`${JSON.stringify(address)} is no address`, {
      kind: "usage",
      hint: "an address is host:port, for example 127.0.0.1:9876",
    });
  }
  return { host, port };
}

/** "ip:port" of the other end; an IPv4 address is written as such also on an IPv6 socket. */
export function peerAddress(socket: Socket): string {
  const ip = (socket.remoteAddress ?? "unknown").replace(/^::ffff:(?=\d+\.)/, "");
  return `${ip}:${socket.remotePort ?? 0}`;
}
