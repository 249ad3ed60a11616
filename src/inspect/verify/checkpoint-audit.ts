import { join } from "node:path";
import { FileReader } from "../store-files.js";
import type { Findings } from "./findings.js";
import type { LogSummary } from "./log-audit.js";
import { HIGH } from "./record-check.js";
import { sizeOf, type Stock } from "./stock.js";

const SIZE = 4096;
/** Where logicsPhysicalOffset stands. [S-CHECK-1] */
export const LOGICS_OFFSET = 40;
const MARGIN_MS = 3000;
/** Clocks are set back now and then. */
const CLOCK_MS = 60_000;
const NAMES = ["physicMsgTimestamp", "logicsMsgTimestamp", "indexMsgTimestamp"] as const;

export interface Checkpoint {
  physicMsgTimestamp: number;
  logicsMsgTimestamp: number;
  indexMsgTimestamp: number;
  /** Up to where the log is dispatched, as 5.5 writes it; 0 where nobody did. */
  logicsPhysicalOffset: number;
  /** It is missing, has another size, or says what cannot be. */
  isWrong: boolean;
}

/** Store time from which on a recovery after a crash looks, as upstream reckons it. */
export function minTimestamp(checkpoint: Checkpoint): number {
  return Math.max(
    0,
    Math.min(checkpoint.physicMsgTimestamp, checkpoint.logicsMsgTimestamp) - MARGIN_MS,
  );
}

/** Up to which time the index is surely written: a recovery keeps files that end before. */
export function indexTimestamp(stock: Stock): number {
  if (!stock.hasCheckpoint) return 0;
  const reader = new FileReader(join(stock.root, "checkpoint"));
  const bytes = reader.read(16, 8);
  reader.close();
  return bytes.length < 8 ? 0 : bytes.readInt32BE(0) * HIGH + bytes.readUInt32BE(4);
}

/** The checkpoint against the log: a time behind the last record would let a recovery begin too late. */
export function auditCheckpoint(stock: Stock, log: LogSummary, findings: Findings): Checkpoint {
  const path = join(stock.root, "checkpoint");
  const checkpoint = {
    physicMsgTimestamp: 0,
    logicsMsgTimestamp: 0,
    indexMsgTimestamp: 0,
    logicsPhysicalOffset: 0,
    isWrong: false,
  };
  const add = (code: string, offset: number | null, what: string): void => {
    checkpoint.isWrong = true;
    findings.add({
      ...{ severity: "damage", part: "checkpoint", code, file: "checkpoint", offset, what },
      cost: "after a crash recovery begins at the wrong file, and may miss what has to be cut or built anew",
      repair: "writes it anew from the log",
    });
  };
  const size = sizeOf(path);
  if (size === undefined) {
    if (log.records > 0 && !stock.hasAbort) add("checkpoint-missing", null, "the file is missing");
    return checkpoint;
  }
  if (size !== SIZE)
    add("checkpoint-size", null, `${String(size)} bytes, and a checkpoint has ${String(SIZE)}`);
  const reader = new FileReader(path);
  const bytes = reader.read(0, LOGICS_OFFSET + 8);
  reader.close();
  if (bytes.length >= LOGICS_OFFSET + 8) {
    const value = bytes.readBigInt64BE(LOGICS_OFFSET);
    checkpoint.logicsPhysicalOffset = Number(value > 0n ? value : 0n);
  }
  NAMES.forEach((name, i) => {
    if (bytes.length < i * 8 + 8) return;
    const value = bytes.readInt32BE(i * 8) * HIGH + bytes.readUInt32BE(i * 8 + 4);
    checkpoint[name] = value;
    const newest = Math.max(log.lastStoreTimestamp, 0);
    if (value < 0) add("checkpoint-time", i * 8, `its ${name} is ${String(value)}`);
    else if (value > newest + CLOCK_MS && log.records > 0) {
      add(
        "checkpoint-time",
        i * 8,
        `its ${name} is ${dateText(value)}, and the last message was stored at ${dateText(newest)}`,
      );
    }
  });
  return checkpoint;
}

function dateText(time: number): string {
  return time > 8.64e15 ? `${String(time)} ms` : new Date(time).toISOString();
}
