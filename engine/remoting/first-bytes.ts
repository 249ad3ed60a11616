/** What a connection begins with. Upstream: NettyRemotingServer.HandshakeHandler, TlsModeHandler. */

export type FirstBytes =
  "remoting" | "a TLS handshake" | "a PROXY header" | "bytes of another protocol";

const TLS_HANDSHAKE = 0x16;
const PROXY_V1 = 0x50;
const PROXY_V2 = 0x0d;
/** Highest first byte of a length word that is within the frame limit. */
const LONGEST = 0x01;

/** A frame begins with its length, so that its first byte is 0 (1 for the longest). */
export function firstBytesOf(chunk: Buffer): FirstBytes {
  const first = chunk[0] ?? 0;
  if (first <= LONGEST) return "remoting";
  if (first === TLS_HANDSHAKE) return "a TLS handshake";
  if (first === PROXY_V1 || first === PROXY_V2) return "a PROXY header";
  return "bytes of another protocol";
}
