import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { LOGICS_OFFSET } from "../inspect/verify/checkpoint-audit.js";
import type { Finding } from "../inspect/verify/findings.js";
import { LOG_SHORTER } from "../inspect/verify/log-audit.js";
import { membersOf, parsed } from "../inspect/verify/config-audit.js";
import { sizeOf } from "../inspect/verify/stock.js";
import type { Verification } from "../inspect/verify/verify-store.js";
import type { RepairPlan } from "./operation.js";

const CHECKPOINT_SIZE = 4096;

/** Checkpoint, configuration, and files that do not belong where they are. */
export function planRest(
  seen: Verification,
  changed: {
    log: boolean;
    indexEnd: number | undefined;
    indexNames: readonly string[] | undefined;
  },
): RepairPlan {
  const plan: RepairPlan = { operations: [], kept: [] };
  for (const finding of seen.findings.list) planFor(finding, seen, plan);
  const isRecovered = seen.stock.hasAbort;
  if (seen.checkpoint.isWrong || isRecovered || changed.log || changed.indexEnd !== undefined) {
    planCheckpoint(seen, changed.indexEnd, plan);
  }
  const isShorter = seen.findings.list.some(({ code }) => code === LOG_SHORTER);
  if (changed.log || changed.indexNames !== undefined || isShorter)
    planLedger(seen, changed.indexNames, plan);
  if (isRecovered) {
    plan.operations.push({
      op: "set-aside",
      file: "abort",
      says: "the store counts as stopped cleanly",
    });
  }
  return plan;
}

function planFor(finding: Finding, seen: Verification, plan: RepairPlan): void {
  const { code, file, severity } = finding;
  const { root } = seen.stock;
  if (
    code === "foreign-file" &&
    file.includes("/") &&
    statSync(join(root, file), { throwIfNoEntry: false })?.isFile() === true
  ) {
    plan.operations.push({
      op: "set-aside",
      file,
      says: "set a file aside that does not belong there",
    });
  } else if (code === "wrong-name") {
    plan.operations.push({ op: "set-aside", file, says: "set a file aside whose name cannot be" });
  } else if (code === "zero-length" && severity !== "damage") {
    plan.operations.push({ op: "set-aside", file, says: "set an empty file aside" });
  } else if (code === "config-broken" && severity === "damage") planConfig(file, root, plan);
}

/** A broken file gives way to its .bak, as brokers fall back to that anyway. */
function planConfig(file: string, root: string, plan: RepairPlan): void {
  plan.operations.push({ op: "set-aside", file, says: "set a file aside that does not parse" });
  const backup = join(root, `${file}.bak`);
  if (!("value" in parsed(backup))) return;
  const bytes = readFileSync(backup);
  plan.operations.push({ op: "create", file, size: bytes.length, says: "take the .bak instead" });
  plan.operations.push({ op: "write", file, at: 0, bytes, says: "take the .bak instead" });
}

/** What our broker noted of the queues when it was stopped holds for the repaired store. [S-REC-7] */
function planLedger(
  seen: Verification,
  indexNames: readonly string[] | undefined,
  plan: RepairPlan,
): void {
  const file = "config/storeQueues.json";
  const path = join(seen.stock.root, file);
  const content = parsed(path);
  if (!("value" in content) || membersOf(content.value).length === 0) return;
  const now = {
    ...Object.fromEntries(membersOf(content.value)),
    logEnd: seen.log.endOffset,
    ...(indexNames !== undefined && { index: indexNames }),
  };
  const bytes = Buffer.from(JSON.stringify(now));
  if (readFileSync(path).equals(bytes)) return;
  const says = "let it name the index files that there are now";
  plan.operations.push({ op: "set-aside", file, says });
  plan.operations.push({ op: "create", file, size: bytes.length, says });
  plan.operations.push({ op: "write", file, at: 0, bytes, says });
}

/** Everything is whole up to the last record. */
function planCheckpoint(seen: Verification, indexEnd: number | undefined, plan: RepairPlan): void {
  const newest = seen.log.lastStoreTimestamp;
  const last = seen.indexFiles[seen.indexFiles.length - 1];
  const index = indexEnd ?? (last === undefined ? 0 : last.endTimestamp);
  const bytes = Buffer.alloc(24);
  bytes.writeBigInt64BE(BigInt(newest), 0);
  bytes.writeBigInt64BE(BigInt(newest), 8);
  bytes.writeBigInt64BE(BigInt(Math.max(0, index)), 16);
  const size = sizeOf(join(seen.stock.root, "checkpoint"));
  const says = "write the times of the last message";
  if (size === undefined) {
    plan.operations.push({
      op: "create",
      file: "checkpoint",
      size: CHECKPOINT_SIZE,
      says: "make the checkpoint",
    });
  } else if (size !== CHECKPOINT_SIZE) {
    plan.operations.push({
      op: "resize",
      file: "checkpoint",
      size: CHECKPOINT_SIZE,
      says: "give it its size",
    });
  } else if (readFileSync(join(seen.stock.root, "checkpoint")).subarray(0, 24).equals(bytes))
    return;
  plan.operations.push({ op: "write", file: "checkpoint", at: 0, bytes, says });
  if (seen.checkpoint.logicsPhysicalOffset <= seen.log.endOffset) return;
  const end = Buffer.alloc(8);
  end.writeBigInt64BE(BigInt(seen.log.endOffset));
  plan.operations.push({ op: "write", file: "checkpoint", at: LOGICS_OFFSET, bytes: end, says });
}
