import { RocketmqError } from "../../engine/base/errors.js";
import type { Rows } from "../cli/define-command.js";
import { UsageError } from "../cli/exit-codes.js";
import type { Admin } from "./admin.js";
import { onEach } from "./change.js";
import { clusterReplicas, targets } from "./clusters.js";

/** Where a command works: one broker, or a cluster. */
export interface Where {
  readonly brokerAddr: string | undefined;
  readonly clusterName: string | undefined;
}

/** A broker or a cluster must be named; upstream's tool shows its help where neither is. */
export function mustSayWhere({ brokerAddr, clusterName }: Where): void {
  if (brokerAddr !== undefined || clusterName !== undefined) return;
  throw neitherIsNamed();
}

/** What to say when neither a broker nor a cluster is named. */
export function neitherIsNamed(): UsageError {
  return new UsageError("one of -b, --brokerAddr and -c, --clusterName is needed", {
    showHelp: true,
  });
}

/** One broker by address, or masters and slaves of a cluster. Upstream: fetchMasterAndSlaveAddrByClusterName. */
export async function allReplicas(admin: Admin, where: Where): Promise<string[]> {
  if (where.brokerAddr !== undefined) return [where.brokerAddr];
  const replicas = await clusterReplicas(admin, where.clusterName ?? "");
  return replicas.map((one) => one.address);
}

/** One broker by address, or the masters of a cluster that has some. */
export async function mastersOf(admin: Admin, where: Where): Promise<string[]> {
  const addresses = await targets(admin, where);
  if (addresses.length > 0) return addresses;
  throw new RocketmqError(`cluster ${String(where.clusterName)}: there is no broker in cluster.`, {
    kind: "not-found",
  });
}

/**
 * Does the same on each broker: one, or masters and slaves of a cluster (only masters if it is said so). Gives the
 * addresses of those that did it; `fail` hears of a part that did not.
 */
export async function everywhere(
  { admin, fail }: { admin: Admin; fail: (thrown: unknown) => void },
  where: Where & { readonly mastersOnly?: boolean },
  run: (address: string) => Promise<void>,
): Promise<string[]> {
  const find = where.mastersOnly === true ? targets : allReplicas;
  const addresses = await find(admin, where);
  const nameOf = (address: string): string => `broker ${address}`;
  return onEach(addresses, (address) => run(address).then(() => address), { nameOf, fail });
}

/** Upstream's line for each broker that did it: `create user to 10.0.0.11:10911 success.` */
export function successLines(what: string, brokers: readonly string[]): string {
  return brokers.map((broker) => `${what} to ${broker} success.\n`).join("");
}

/** The text of a command that says nothing but these lines. */
export async function* plainSuccess(
  what: string,
  rows: Rows<{ readonly brokers: readonly string[] }>,
): AsyncGenerator<string> {
  for await (const { brokers } of rows) yield successLines(what, brokers);
}
