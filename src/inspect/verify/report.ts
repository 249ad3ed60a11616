import type { ApacheRecovery } from "./apache-recovery.js";
import type { Finding, Severity } from "./findings.js";
import type { Verification } from "./verify-store.js";

/** A verification as it is shown and handed to machines. */
export interface StoreReport {
  store: string;
  verdict: Verification["verdict"];
  /** Who has the store open meanwhile; null when nobody. */
  openBy: string | null;
  afterCrash: boolean;
  messages: number;
  firstStored: number | null;
  lastStored: number | null;
  minOffset: number;
  endOffset: number;
  logFiles: number;
  queues: number;
  indexFiles: number;
  bytes: number;
  notLookedInto: string[];
  counts: Record<Severity, number>;
  findings: Finding[];
  /** Findings that were counted and not listed: one of each kind. */
  more: { code: string; file: string; severity: Severity; count: number }[];
  apache: ApacheRecovery[];
  milliseconds: number;
}

const ORDER: Record<Severity, number> = { damage: 0, recoverable: 1, warning: 2, note: 3 };

export function reportOf(verification: Verification): StoreReport {
  const { stock, findings, log } = verification;
  const list = [...findings.list].sort((a, b) => ORDER[a.severity] - ORDER[b.severity]);
  return {
    store: stock.root,
    verdict: verification.verdict,
    openBy: stock.holder ?? null,
    afterCrash: stock.hasAbort && stock.holder === undefined,
    messages: log.records,
    firstStored: log.records > 0 ? log.firstStoreTimestamp : null,
    lastStored: log.records > 0 ? log.lastStoreTimestamp : null,
    minOffset: log.minOffset,
    endOffset: log.endOffset,
    logFiles: stock.log.files.length,
    queues: stock.queues.length,
    indexFiles: stock.indexFiles.length,
    bytes: stock.bytes,
    notLookedInto: stock.unread,
    counts: findings.counts,
    findings: list,
    more: [...findings.unlisted.values()].map(({ finding, count }) => ({
      ...{ code: finding.code, file: finding.file, severity: finding.severity, count },
    })),
    apache: verification.apache,
    milliseconds: Math.round(verification.milliseconds),
  };
}

/** So many of one kind in one file are shown as text; JSON has more. */
const MOST_SHOWN = 20;

/** The report as text: what was found, one block each, then what it comes to. */
export function* reportText(report: StoreReport): Generator<string> {
  const shown = new Map<string, number>();
  const unshown = new Map<string, number>();
  const kindOf = ({ severity, file, code }: Pick<Finding, "severity" | "file" | "code">): string =>
    `${severity.toUpperCase().padEnd(11)} ${file}: more of ${code}`;
  for (const finding of report.findings) {
    const kind = kindOf(finding);
    const count = (shown.get(kind) ?? 0) + 1;
    shown.set(kind, count);
    if (count <= MOST_SHOWN) yield findingText(finding);
    else unshown.set(kind, (unshown.get(kind) ?? 0) + 1);
  }
  for (const more of report.more) {
    const kind = kindOf(more);
    unshown.set(kind, (unshown.get(kind) ?? 0) + more.count);
  }
  for (const [kind, count] of unshown) yield `${kind}: ${String(count)}\n`;
  if (report.findings.length > 0) yield "\n";
  yield summaryText(report);
}

function findingText(finding: Finding): string {
  const where =
    finding.offset === null ? finding.file : `${finding.file} @ ${String(finding.offset)}`;
  const head = `${finding.severity.toUpperCase().padEnd(11)} ${where}: ${finding.what}\n`;
  if (finding.severity === "note") return head;
  return `${head}            cost: ${finding.cost}\n            repair: ${finding.repair}\n`;
}

function summaryText(report: StoreReport): string {
  const { counts } = report;
  const lines = [
    `${report.store}: ${report.verdict}${report.afterCrash ? " (it was not stopped cleanly)" : ""}`,
    `  ${String(report.messages)} messages in ${String(report.logFiles)} log files, offsets ${String(report.minOffset)} to ${String(report.endOffset)}; ` +
      `${String(report.queues)} queues; ${String(report.indexFiles)} index files`,
    `  damage ${String(counts.damage)}, recoverable ${String(counts.recoverable)}, warnings ${String(counts.warning)}, notes ${String(counts.note)}`,
  ];
  if (report.openBy !== null) {
    lines.push(
      `  open by ${report.openBy}: its end moves meanwhile, and what looks unfinished there may be so`,
    );
  }
  if (report.notLookedInto.length > 0)
    lines.push(`  not looked into: ${report.notLookedInto.join(", ")}`);
  for (const { releases, says } of report.apache) lines.push(`  Apache ${releases} ${says}`);
  return `${lines.join("\n")}\n`;
}
