import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { realFiles } from "../../engine/base/files.js";
import { DataDirLock } from "../../engine/store/data-dir-lock.js";
import { indexFileName } from "../../engine/store/index/index-header.js";
import { UsageError } from "../cli/exit-codes.js";
import { QueueTable } from "../inspect/verify/queue-table.js";
import { REPAIR_FOLDER, storeRoot } from "../inspect/verify/stock.js";
import { type Verification, verifyStore } from "../inspect/verify/verify-store.js";
import { applyPlan, type ApplyOptions } from "./apply.js";
import { passThroughLog } from "./log-pass.js";
import type { LostSizes } from "./lost-sizes.js";
import type { RepairPlan } from "./operation.js";
import { IndexPlan } from "./plan-index.js";
import { LogPlan } from "./plan-log.js";
import { QueuePlan } from "./plan-queues.js";
import { planRest } from "./plan-rest.js";
import { repairsOf } from "./undo.js";

export const OWN_LOG_ONLY =
  "store repair works on stores that have their whole log in their own folder";

export interface RepairOptions {
  isDry: boolean;
  nowMs: number;
  /** Sizes of the broker's configuration, for parts of which no file is left to tell them. */
  sizes?: LostSizes;
  progress?: (done: number, total: number) => void;
  signal?: AbortSignal;
  /** Called before each change, as tests do. */
  before?: ApplyOptions["before"];
}

export interface Repair {
  root: string;
  plan: RepairPlan;
  /** Its folder below the root; undefined when nothing was changed. */
  folder: string | undefined;
  before: Verification;
  /** The store as it is now; the same as `before` in a dry run. */
  after: Verification;
}

/** Finds what is wrong, and puts it right. Throws when a broker has the store open. */
export async function repairStore(path: string, options: RepairOptions): Promise<Repair> {
  const root = storeRoot(path);
  if (!existsSync(join(root, "commitlog"))) {
    throw new UsageError(`${root} has no commitlog: ${OWN_LOG_ONLY}`);
  }
  return await whileLocked(root, async () => {
    const folder = freeFolder(root, options.nowMs);
    let isKept = false;
    try {
      const { plan, seen } = await planRepair(root, folder, options);
      if (options.isDry || plan.operations.length === 0) {
        return { root, plan, folder: undefined, before: seen, after: seen };
      }
      mkdirSync(join(root, folder), { recursive: true });
      isKept = true;
      applyPlan(plan, {
        root,
        folder,
        nowMs: options.nowMs,
        ...(options.before && { before: options.before }),
      });
      rmSync(join(root, folder, "new"), { recursive: true, force: true });
      const after = await verifyStore(root, { strict: true });
      return { root, plan, folder, before: seen, after };
    } finally {
      if (!isKept) removeFolder(root, folder);
    }
  });
}

async function planRepair(
  root: string,
  folder: string,
  options: RepairOptions,
): Promise<{ plan: RepairPlan; seen: Verification }> {
  const { progress, signal, isDry } = options;
  const asked = { strict: true, ...(progress && { progress }), ...(signal && { signal }) };
  const seen = await verifyStore(root, asked);
  const logPlan = new LogPlan(seen).make();
  const isLogChanged = logPlan.plan.operations.length > 0;
  const { overlay } = logPlan;
  // what the log looks like afterwards decides what queues and index have to say
  const then = isLogChanged ? await verifyStore(root, { ...asked, overlay }) : seen;
  const queuePlan = new QueuePlan(then, options.sizes?.queueFile);
  const needsIndex = then.isIndexWrong || isUncovered(then);
  const indexPlan = needsIndex
    ? new IndexPlan(then, `${folder}/new`, { isDry, sizes: options.sizes ?? {} })
    : undefined;
  if (queuePlan.needsLog || needsIndex) {
    const queues = new QueueTable(then.stock.queues, then.stock.hasExtended);
    passThroughLog(then.stock, {
      ...{ queues, overlay: isLogChanged ? overlay : undefined },
      visit: (record) => {
        queuePlan.visit(record);
        indexPlan?.visit(record);
      },
    });
    queues.close();
  }
  queuePlan.finish();
  await indexPlan?.finish();
  const rest = planRest(then, {
    log: isLogChanged,
    indexEnd: indexPlan?.endTimestamp,
    indexNames: indexPlan?.names,
  });
  const plans = [logPlan.plan, queuePlan.plan, ...(indexPlan ? [indexPlan.plan] : []), rest];
  return {
    seen,
    plan: {
      operations: plans.flatMap(({ operations }) => operations),
      kept: plans.flatMap(({ kept }) => kept),
    },
  };
}

function isUncovered({ findings }: Verification): boolean {
  return findings.list.some(({ code }) => code === "index-uncovered");
}

/** Holds the store as a broker does; what the lock leaves behind is put back as it was. */
export async function whileLocked<T>(root: string, work: () => Promise<T>): Promise<T> {
  const path = join(root, "lock");
  const was = existsSync(path) ? readFileSync(path) : undefined;
  const lock = new DataDirLock(realFiles, root);
  lock.acquire();
  try {
    return await work();
  } finally {
    lock.release();
    if (was === undefined) rmSync(path, { force: true });
    else if (!readFileSync(path).equals(was)) writeFileSync(path, was);
  }
}

/** Named by the time, behind those there are. */
function freeFolder(root: string, nowMs: number): string {
  const last = repairsOf(root).pop() ?? "";
  for (let time = nowMs; ; time++) {
    const name = indexFileName(time);
    if (name > last) return `${REPAIR_FOLDER}/${name}`;
  }
}

function removeFolder(root: string, folder: string): void {
  rmSync(join(root, folder), { recursive: true, force: true });
  const parent = join(root, REPAIR_FOLDER);
  if (existsSync(parent) && readdirSync(parent).length === 0) rmdirSync(parent);
}
