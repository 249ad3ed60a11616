import type { Findings, Severity } from "./findings.js";
import type { DamagedRange, FileWalk, LogWalk } from "./log-walk.js";
import { WRONG_TEXT, Wrong } from "./record-check.js";
import { nameOf, type RowFile, type Stock } from "./stock.js";

/** The commit log as a whole. Offsets are physical. */
export interface LogSummary {
  minOffset: number;
  /** Behind the last valid record; a blank in front of a file that has none counts. */
  endOffset: number;
  endKind: FileWalk["endKind"];
  records: number;
  firstStoreTimestamp: number;
  lastStoreTimestamp: number;
  /** Stretches without a valid record that valid ones follow, in order. */
  damages: DamagedRange[];
  /** Bytes behind the end that are no record: from `endOffset` to here; equal when there are none. */
  tornTo: number;
  walks: FileWalk[];
  /** Files behind the end. */
  spare: RowFile[];
}

const FILE_MISSING = -3;
const FILE_ENDS_EARLY = -4;

/** Goes through the log's files one after the other; stops where nothing live follows. */
export class LogAudit {
  readonly walks: FileWalk[] = [];
  private readonly stock: Stock;
  private readonly walk: LogWalk;

  constructor(stock: Stock, walk: LogWalk) {
    this.stock = stock;
    this.walk = walk;
  }

  /** Yields how many bytes are done, now and then. */
  *run(step: number): Generator<number> {
    let done = 0;
    const { files } = this.stock.log;
    for (let i = 0; i < files.length; i++) {
      const file = files[i] as RowFile;
      const before = this.walks[i - 1];
      if (before !== undefined && !this.goesOn(before, file)) return;
      const run = this.walk.run(file, step);
      for (;;) {
        const next = run.next();
        if (next.done === true) {
          this.walks.push(next.value);
          break;
        }
        yield done + next.value;
      }
      done += file.size;
    }
  }

  private goesOn(before: FileWalk, file: RowFile): boolean {
    if (before.endKind === "blank" || before.endKind === "full") return true;
    return this.walk.beginsLive(file, before.lastStoreTimestamp);
  }
}

/** Does the log go on in the file behind? Not when one broke off and the next is of an earlier life. */
export function isContinued(before: FileWalk, next: FileWalk): boolean {
  if (before.endKind === "blank" || before.endKind === "full") return true;
  const beginsWithRecord = next.records > 0 && next.damages[0]?.from !== next.start;
  return beginsWithRecord && next.firstStoreTimestamp >= before.lastStoreTimestamp;
}

/** Stretches that no file has: nobody looked for entries that lead there. */
export function isBetweenFiles({ wrong }: DamagedRange): boolean {
  return wrong === FILE_MISSING || wrong === FILE_ENDS_EARLY;
}

/** Puts the files together: what is damaged between them, and where the log ends. */
export function summarizeLog(stock: Stock, walks: FileWalk[]): LogSummary {
  const { files, fileSize } = stock.log;
  const damages: DamagedRange[] = [];
  let records = 0;
  let last = -1;
  walks.forEach((walk, i) => {
    if (walk.records > 0) last = i;
  });
  if (last < 0) last = Math.min(0, walks.length - 1);
  for (let i = 0; i <= last; i++) {
    const walk = walks[i] as FileWalk;
    for (const damage of walk.damages) {
      damages.push({ ...damage, recordsBefore: records + damage.recordsBefore });
    }
    records += walk.records;
    if (i < last)
      damages.push(...betweenFiles(walk, { next: walks[i + 1] as FileWalk, fileSize, records }));
  }
  const ending = walks[last];
  const endOffset = ending === undefined ? 0 : endOf(ending, fileSize);
  return {
    minOffset: files[0]?.start ?? 0,
    endOffset,
    endKind: ending?.endKind ?? "free",
    records,
    firstStoreTimestamp: walks.find((walk) => walk.records > 0)?.firstStoreTimestamp ?? 0,
    lastStoreTimestamp: ending?.lastStoreTimestamp ?? 0,
    damages,
    tornTo: ending?.endKind === "torn" ? ending.start + fileSize : endOffset,
    walks: walks.slice(0, last + 1),
    spare: files.slice(last + 1),
  };
}

function endOf(walk: FileWalk, fileSize: number): number {
  return walk.endKind === "blank" || walk.endKind === "full" ? walk.start + fileSize : walk.end;
}

function betweenFiles(
  walk: FileWalk,
  { next, fileSize, records }: { next: FileWalk; fileSize: number; records: number },
): DamagedRange[] {
  const found: DamagedRange[] = [];
  const end = walk.start + fileSize;
  const base = { isOneRecord: false, recordsBefore: records };
  if (walk.endKind === "free" || walk.endKind === "torn") {
    found.push({ from: walk.end, to: end, wrong: FILE_ENDS_EARLY, ...base });
  }
  if (next.start !== end) found.push({ from: end, to: next.start, wrong: FILE_MISSING, ...base });
  return found;
}

/** Findings about the log itself. `lenient`: the store was not stopped cleanly, its end may be torn. */
export function reportLog(
  stock: Stock,
  log: LogSummary,
  { findings, lenient }: { findings: Findings; lenient: boolean },
): void {
  for (const damage of log.damages) findings.add(damageFinding(stock, damage));
  for (const walk of log.walks) {
    if (walk.endKind !== "blank") continue;
    const left = walk.start + stock.log.fileSize - walk.end;
    if (walk.blankSize !== left) {
      const place = placeOf(stock, walk.end);
      findings.add({
        ...{ severity: "damage", part: "commitlog", code: "blank-size", ...place },
        what: `the blank that ends the file says ${String(walk.blankSize)} bytes, and ${String(left)} are left`,
        cost: "none for the messages; a slave may not get past it",
        repair: "writes the size that it should have",
      });
    }
  }
  if (log.endKind === "torn")
    findings.add(tornFinding(stock, log, lenient ? "recoverable" : "damage"));
  if (log.spare.length > 0) reportSpare(stock, log, findings);
}

/** Code of the finding that a log was longer when its broker was stopped. */
export const LOG_SHORTER = "log-shorter";

/** Messages at the end that were in no queue and had no key leave no other trace. */
export function reportShorter(
  stock: Stock,
  log: LogSummary,
  { findings, wasEnd }: { findings: Findings; wasEnd: number },
): void {
  if (wasEnd <= log.endOffset) return;
  findings.add({
    ...{ severity: "damage", part: "commitlog", code: LOG_SHORTER },
    ...placeOf(stock, log.endOffset),
    what: `the log ends at physical offset ${String(log.endOffset)}, and ended at ${String(wasEnd)} when its broker was stopped`,
    cost: "the messages between are lost",
    repair: "notes the end that there is now",
  });
}

function reportSpare(stock: Stock, log: LogSummary, findings: Findings): void {
  for (const file of log.spare) {
    findings.add({
      ...{ severity: "note", part: "commitlog", code: "spare-file", offset: null },
      file: nameOf(stock.root, file.path),
      what: `begins behind the end of the log at ${String(log.endOffset)}: made in advance, or left by an earlier life`,
      cost: "none: brokers remove it when they recover",
      repair: "leaves it to the broker",
    });
  }
}

export function whyText(damage: DamagedRange): string {
  if (damage.wrong === FILE_MISSING) return "the file is missing";
  if (damage.wrong === FILE_ENDS_EARLY)
    return "the file ends before it is full, though the log goes on in the next";
  if (damage.wrong === -1) return "zeros, though records follow";
  return WRONG_TEXT[damage.wrong] ?? "no record";
}

function damageFinding(stock: Stock, damage: DamagedRange): Finding0 {
  const length = damage.to - damage.from;
  const what = damage.isOneRecord
    ? `${whyText(damage)} (one record of ${String(length)} bytes at physical offset ${String(damage.from)})`
    : `${whyText(damage)}: ${String(length)} bytes from physical offset ${String(damage.from)} hold no valid record`;
  return {
    ...{
      severity: "damage",
      part: "commitlog",
      code: codeOf(damage),
      ...placeOf(stock, damage.from),
    },
    what,
    cost: "the message is lost; a recovery of Apache's that comes here cuts off all that follows",
    repair:
      damage.wrong === Wrong.OFFSET && damage.isOneRecord
        ? "puts the record's own offset right"
        : "keeps the bytes aside and puts a record that no consumer sees in their place",
  };
}

type Finding0 = Parameters<Findings["add"]>[0];

function codeOf({ wrong }: DamagedRange): string {
  switch (wrong) {
    case FILE_MISSING:
      return "log-gap";
    case FILE_ENDS_EARLY:
      return "log-hole";
    case -1:
      return "log-zeros";
    default:
      return (
        ["", "record-magic", "record-size", "record-lengths", "record-offset", "record-crc"][
          wrong
        ] ?? "record"
      );
  }
}

function tornFinding(stock: Stock, log: LogSummary, severity: Severity): Finding0 {
  const walk = log.walks[log.walks.length - 1];
  return {
    ...{ severity, part: "commitlog", code: "torn-end", ...placeOf(stock, log.endOffset) },
    what: `the log ends at physical offset ${String(log.endOffset)}, and what stands there is no record: ${WRONG_TEXT[walk?.wrongAtEnd ?? 0] ?? "no record"}`,
    cost: "a message that was being written, or the last ones, are lost",
    repair: "keeps the bytes aside and clears them",
  };
}

/** File and byte of a physical offset. */
export function placeOf(stock: Stock, physical: number): { file: string; offset: number | null } {
  const { files, fileSize } = stock.log;
  const file = files.find(({ start }) => physical >= start && physical < start + fileSize);
  if (file === undefined) return { file: nameOf(stock.root, stock.log.folder), offset: null };
  return { file: nameOf(stock.root, file.path), offset: physical - file.start };
}
