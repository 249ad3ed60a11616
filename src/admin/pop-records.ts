import { messageOf } from "../../engine/base/errors.js";
import { popRollback } from "../../engine/protocol/requests/pop-rollback.js";
import type { Admin } from "./admin.js";
import { brokerConfig } from "./brokers.js";
import { change, reportFailures } from "./change.js";
import { clusterReplicas } from "./clusters.js";
import { streamParallel } from "./parallel.js";

const TIMEOUT_MS = 30_000;

/** What one broker did with its records of popped messages. */
export interface PopExport {
  readonly brokerName: string;
  readonly brokerAddr: string;
  readonly dryRun: boolean;
  /** Why it failed. */
  readonly error: string | null;
}

/**
 * Has brokers move what they know of popped messages from RocksDB to the store that older ones read. With `dryRun` only
 * names them. Failures go to `fail` and have a row as well.
 */
export async function* exportPopRecords(
  admin: Admin,
  brokers: readonly { readonly brokerName: string; readonly address: string }[],
  how: { readonly dryRun: boolean; readonly fail: (thrown: unknown) => void },
): AsyncGenerator<PopExport> {
  const done: string[] = [];
  const failed: { name: string; thrown: unknown }[] = [];
  yield* streamParallel(brokers, async ({ brokerName, address }): Promise<PopExport> => {
    const row = { brokerName, brokerAddr: address, dryRun: how.dryRun };
    if (how.dryRun) return { ...row, error: null };
    const options = { timeoutMs: Math.max(admin.timeoutMs, TIMEOUT_MS) };
    try {
      await change(admin, address, popRollback, { header: {}, options });
      done.push(`broker ${address}`);
      return { ...row, error: null };
    } catch (thrown) {
      failed.push({ name: `broker ${address}`, thrown });
      return { ...row, error: messageOf(thrown) };
    }
  });
  reportFailures(done, failed, how.fail);
}

/** One broker by address, or every replica of a cluster. */
export async function popBrokers(
  admin: Admin,
  where: { readonly brokerAddr: string | undefined; readonly clusterName: string },
): Promise<{ brokerName: string; address: string }[]> {
  if (where.brokerAddr === undefined) return clusterReplicas(admin, where.clusterName);
  const config = await brokerConfig(admin, where.brokerAddr);
  return [{ brokerName: config.get("brokerName") ?? "", address: where.brokerAddr }];
}
