/** Names of client instances. Upstream: ClientConfig.buildMQClientId, UtilAll.getPid. */
import { networkInterfaces } from "node:os";

let address: string | undefined;

/** First IPv4 address that is not the loopback, as upstream prefers it; 127.0.0.1 on a machine without one. */
export function localAddress(): string {
  address ??=
    Object.values(networkInterfaces())
      .flatMap((list) => list ?? [])
      .find((one) => one.family === "IPv4" && !one.internal)?.address ?? "127.0.0.1";
  return address;
}

/** `pid#nanoseconds`: what takes the place of the instance name DEFAULT, so that two clients never share an id. */
export function uniqueInstanceName(): string {
  return `${process.pid}#${process.hrtime.bigint()}`;
}

/** `ip@instance[@unit]`. */
export function clientIdOf(options: {
  instanceName?: string | undefined;
  unitName?: string | undefined;
}): string {
  const parts = [localAddress(), options.instanceName ?? uniqueInstanceName()];
  if (options.unitName !== undefined && options.unitName.trim() !== "")
    parts.push(options.unitName);
  return parts.join("@");
}
