/** Which brokers are alive, and until when. Upstream: RouteInfoManager.brokerLiveTable, scanNotActiveBroker. */
import type { DataVersion } from "../protocol/bodies/data-version.js";
import type { Connection } from "../remoting/api.js";

/** Lease of a broker that names none, in milliseconds. */
export const DEFAULT_LEASE_MS = 120_000;

export interface LiveBroker {
  readonly cluster: string;
  readonly address: string;
  /** When it was last heard of, in the clock's milliseconds. */
  lastUpdateMs: number;
  readonly leaseMs: number;
  readonly dataVersion: DataVersion;
  /** The connection it registered over; its loss is the broker's. */
  readonly connection: Connection;
  readonly haServerAddr: string;
}

export function sameVersion(a: DataVersion, b: DataVersion): boolean {
  return (
    a.counter === b.counter && a.timestamp === b.timestamp && a.stateVersion === b.stateVersion
  );
}

/** (cluster, address) → live broker. */
export class BrokerLiveness {
  private readonly entries = new Map<string, LiveBroker>();

  get(cluster: string, address: string): LiveBroker | undefined {
    return this.entries.get(keyOf(cluster, address));
  }

  put(broker: LiveBroker): void {
    this.entries.set(keyOf(broker.cluster, broker.address), broker);
  }

  remove(cluster: string, address: string): void {
    this.entries.delete(keyOf(cluster, address));
  }

  /** Notes a sign of life of a broker that is known. */
  touch(cluster: string, address: string, nowMs: number): void {
    const broker = this.get(cluster, address);
    if (broker !== undefined) broker.lastUpdateMs = nowMs;
  }

  on(connection: Connection): LiveBroker[] {
    return [...this.entries.values()].filter((one) => one.connection === connection);
  }

  expired(nowMs: number): LiveBroker[] {
    return [...this.entries.values()].filter((one) => one.lastUpdateMs + one.leaseMs < nowMs);
  }
}

/** Addresses have no blanks, so this is one to one. */
function keyOf(cluster: string, address: string): string {
  return `${address} ${cluster}`;
}
