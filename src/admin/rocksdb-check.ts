import { CorruptError } from "../../engine/base/errors.js";
import { checkRocksdbCqWriteProgress } from "../../engine/protocol/requests/check-rocksdb-cq-write-progress.js";
import type { Admin } from "./admin.js";
import type { Replica } from "./clusters.js";

/** Upstream: CheckRocksdbCqWriteResult.CheckStatus. */
export const CHECK_STATUS = ["ok", "notOk", "inProgress", "error"] as const;
export const CHECK_ERROR = 3;

/** How a broker's comparison of its two kinds of consume queues stands. */
export interface RocksdbCheck {
  brokerName: string;
  status: number;
  result: string | undefined;
}

/** Lets a broker compare its queues in RocksDB with those in files, in the background: the result goes to its log. */
export async function checkRocksdb(
  admin: Admin,
  { address, brokerName }: Replica,
  what: { topic: string; checkStoreTime: number },
): Promise<RocksdbCheck> {
  const answer = await admin.broker(address, checkRocksdbCqWriteProgress, what);
  return { brokerName, ...resultOf(answer.body?.toString("utf8") ?? "", address) };
}

/** Upstream: CheckRocksdbCqWriteResult. */
function resultOf(body: string, address: string): Pick<RocksdbCheck, "status" | "result"> {
  try {
    const { checkStatus, checkResult } = JSON.parse(body) as Record<string, unknown>;
    return {
      status: Number(checkStatus ?? 0),
      result: typeof checkResult === "string" ? checkResult : undefined,
    };
  } catch (cause) {
    throw new CorruptError(`${address} answered the check with what is no JSON`, { cause });
  }
}
