/**
 * What Apache's own brokers would do with a store when they start, told from the rules of their recovery. Upstream:
 * CommitLog.recoverNormally, recoverAbnormally, checkMessageAndReturnSize.
 */
import { type Checkpoint, minTimestamp } from "./checkpoint-audit.js";
import type { Findings } from "./findings.js";
import type { DamagedRange, FileWalk } from "./log-walk.js";
import type { LogSummary } from "./log-audit.js";
import type { QueueExtent } from "./queue-extent.js";
import { Wrong } from "./record-check.js";
import type { Stock } from "./stock.js";

/** One kind of brokers, and what they would do. */
export interface ApacheRecovery {
  /** Releases that do so: `4.8.0-5.3.1`. */
  releases: string;
  starts: boolean;
  /** Physical offset from which on it reads the log, and where it would cut it off. */
  scansFrom: number;
  cutAt: number;
  /** Messages it would cut away that are whole. */
  lost: number;
  says: string;
}

const NEWEST = "5.5.0";
const NEW = "5.3.2-5.3.3";
const OLD = "4.8.0-5.3.1";
/** So many files 5.5 goes back at most (commitLogRecoverMaxNum). */
const MOST_BACK = 10;
const FILES_FROM_END = 3;
/** Findings after which a Java broker ends while it loads. */
const FATAL = new Set(["short-file", "long-file", "wrong-name"]);

export function apacheRecovery(about: {
  stock: Stock;
  log: LogSummary;
  queues: readonly QueueExtent[];
  checkpoint: Checkpoint;
  findings: Findings;
}): ApacheRecovery[] {
  const { stock, log, queues, checkpoint, findings } = about;
  const fatal = findings.list.find(
    ({ code, severity }) => FATAL.has(code) || (code === "zero-length" && severity === "damage"),
  );
  const covered = queues.reduce((most, { maxPhysical }) => Math.max(most, maxPhysical), -1);
  return [OLD, NEW, NEWEST].map((releases) => {
    const starts = fatal === undefined;
    const from = stock.hasAbort
      ? releases === NEWEST
        ? afterCrashOfNewest(log, checkpoint)
        : afterCrash(log, checkpoint)
      : releases === OLD
        ? thirdFromEnd(log)
        : fileBefore(log, covered);
    const stop = log.damages.find((damage) => damage.from >= from && stopsApache(damage));
    const cutAt = stop?.from ?? log.endOffset;
    const lost = stop === undefined ? 0 : log.records - stop.recordsBefore;
    const says = !starts
      ? `does not start: ${fatal.file}: ${fatal.what}`
      : stop === undefined
        ? `reads the log from ${String(from)} and keeps all of it, up to ${String(cutAt)}`
        : `reads the log from ${String(from)}, cuts it at ${String(cutAt)} and loses ${String(lost)} messages behind that are whole`;
    return { releases, starts, scansFrom: from, cutAt, lost, says };
  });
}

/** Apache does not look at a record's own offset. */
function stopsApache(damage: DamagedRange): boolean {
  return !(damage.wrong === Wrong.OFFSET && damage.isOneRecord);
}

function thirdFromEnd(log: LogSummary): number {
  const { walks } = log;
  return walks[Math.max(0, walks.length - FILES_FROM_END)]?.start ?? 0;
}

/** The file in which what was dispatched ends. */
function fileBefore(log: LogSummary, covered: number): number {
  return lastOf(log, (walk) => walk.start <= covered);
}

/** The newest file whose first message is older than the checkpoint. */
function afterCrash(log: LogSummary, checkpoint: Checkpoint): number {
  const safe = minTimestamp(checkpoint);
  return lastOf(log, (walk) => walk.firstStoreTimestamp > 0 && walk.firstStoreTimestamp <= safe);
}

/** The file in which what was dispatched ends, as the checkpoint says. */
function afterCrashOfNewest(log: LogSummary, checkpoint: Checkpoint): number {
  const { logicsPhysicalOffset: offset, logicsMsgTimestamp: time } = checkpoint;
  const found = lastOf(log, (walk) =>
    offset > 0
      ? walk.start <= offset
      : walk.firstStoreTimestamp > 0 && walk.firstStoreTimestamp <= time,
  );
  return Math.max(found, log.walks.at(-MOST_BACK)?.start ?? 0);
}

function lastOf(log: LogSummary, matches: (walk: FileWalk) => boolean): number {
  for (let i = log.walks.length - 1; i > 0; i--) {
    const walk = log.walks[i];
    if (walk !== undefined && matches(walk)) return walk.start;
  }
  return log.walks[0]?.start ?? 0;
}
