import { addBroker } from "../../engine/protocol/requests/add-broker.js";
import { removeBroker } from "../../engine/protocol/requests/remove-broker.js";
import type { Admin } from "./admin.js";
import { change } from "./change.js";

/** A broker within its container. */
export interface BrokerIdentity {
  cluster: string;
  brokerName: string;
  /** 0 for a master; the id within DLedger for a broker of that. */
  brokerId: number;
}

/** A broker is started or stopped before the container answers. */
const PATIENCE_MS = 20_000;

/** Starts a broker in a container. The path is one of the container's machine. */
export async function addToContainer(
  admin: Admin,
  container: string,
  configPath: string,
): Promise<void> {
  await change(admin, container, addBroker, {
    header: { configPath },
    options: { timeoutMs: patience(admin) },
  });
}

/** Stops a broker in a container; its files stay. */
export async function removeFromContainer(
  admin: Admin,
  container: string,
  { cluster, brokerName, brokerId }: BrokerIdentity,
): Promise<void> {
  await change(admin, container, removeBroker, {
    header: { brokerClusterName: cluster, brokerName, brokerId },
    options: { timeoutMs: patience(admin) },
  });
}

function patience({ timeoutMs }: Admin): number {
  return Math.max(timeoutMs, PATIENCE_MS);
}
