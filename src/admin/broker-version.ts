import { getMaxOffset } from "../../engine/protocol/requests/get-max-offset.js";
import { Version } from "../../engine/protocol/versions.js";
import type { Admin } from "./admin.js";
import { RefusedError } from "./explain.js";

const known = new WeakMap<Admin, Map<string, Promise<number>>>();

/**
 * Whether a broker is of 4.x, as its answers say. Brokers of 4.8 leave a request unanswered that they do not know:
 * asking first spares waiting for the deadline. One that refuses the question counts as newer.
 */
export async function isOfFour(admin: Admin, address: string): Promise<boolean> {
  const versions = known.get(admin) ?? new Map<string, Promise<number>>();
  known.set(admin, versions);
  const asked = versions.get(address) ?? askVersion(admin, address);
  versions.set(address, asked);
  return (await asked) < Version.V5_0_0;
}

/** Any question does that changes nothing and is cheap everywhere. */
async function askVersion(admin: Admin, address: string): Promise<number> {
  try {
    return (await admin.broker(address, getMaxOffset, { topic: "TBW102", queueId: 0 })).version;
  } catch (thrown) {
    if (thrown instanceof RefusedError) return Version.V5_0_0;
    throw thrown;
  }
}
