/** Which address a broker tells others. Upstream: NetworkUtil.getLocalAddress (5.x). */
import { networkInterfaces } from "node:os";

interface Address {
  family: string;
  address: string;
  internal: boolean;
}

/**
 * The first public IPv4 address, else the last private one, else the first IPv6 address that is routed, else
 * 127.0.0.1. `interfaces` are those that are up; bridges are left out.
 */
export function localAddress(
  isBridge: (interfaceName: string) => boolean,
  interfaces: Partial<Record<string, readonly Address[]>> = networkInterfaces(),
): string {
  const all = Object.entries(interfaces)
    .filter(([name]) => !isBridge(name))
    .flatMap(([, addresses]) => addresses ?? [])
    .filter(({ internal }) => !internal);
  const four = all.filter(({ family }) => family === "IPv4").map(({ address }) => address);
  const six = all.filter(({ family }) => family === "IPv6").map(({ address }) => address);
  return (
    four.find((address) => !isPrivate(address)) ??
    four.at(-1) ??
    six.find((address) => !/^fe[89a-f]/i.test(address)) ??
    six[0] ??
    "127.0.0.1"
  );
}

function isPrivate(address: string): boolean {
  return /^(10\.|127\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(address);
}
