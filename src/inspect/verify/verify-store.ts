import { type ApacheRecovery, apacheRecovery } from "./apache-recovery.js";
import { auditCheckpoint, type Checkpoint } from "./checkpoint-audit.js";
import { auditConfig, type ConfigFiles, topicsOf } from "./config-audit.js";
import { Findings } from "./findings.js";
import { checkIndexFiles, type IndexShape } from "./index-check.js";
import { IndexCursor, type IndexReport } from "./index-cursor.js";
import { LogAudit, type LogSummary, reportLog, summarizeLog } from "./log-audit.js";
import { LogWalk } from "./log-walk.js";
import type { Overlay } from "./overlay.js";
import { auditOffsets } from "./offsets-audit.js";
import { auditQueues } from "./queue-audit.js";
import type { QueueExtent } from "./queue-extent.js";
import { reportHomeless } from "./queue-homeless.js";
import { QueueTable } from "./queue-table.js";
import { RecordAudit } from "./record-audit.js";
import { type Stock, storeRoot, takeStock } from "./stock.js";
import { auditTimer } from "./timer-audit.js";

/** What a check of a whole store gives. */
export interface Verification {
  stock: Stock;
  findings: Findings;
  log: LogSummary;
  queues: QueueExtent[];
  /** Queues that are not there though their topic is. */
  hasLostQueues: boolean;
  indexFiles: IndexShape[];
  /** The index has to be built anew. */
  isIndexWrong: boolean;
  checkpoint: Checkpoint;
  config: ConfigFiles;
  apache: ApacheRecovery[];
  /** `recoverable`: nothing is wrong but what a crash leaves, which the next start mends. */
  verdict: "sound" | "recoverable" | "damaged";
  milliseconds: number;
}

export interface VerifyOptions {
  /** Told how many bytes of the log are done, of how many. */
  progress?: (done: number, total: number) => void;
  signal?: AbortSignal;
  /** What a crash leaves counts as damage too: for repair, which leaves nothing to a broker. */
  strict?: boolean;
  /** The log is read as if these changes were made. */
  overlay?: Overlay;
}

const STEP = 32 << 20;

/** Checks a whole store against itself. Never writes. Throws when the path is no store. */
export async function verifyStore(
  path: string,
  options: VerifyOptions = {},
): Promise<Verification> {
  const began = performance.now();
  const findings = new Findings();
  const stock = takeStock(storeRoot(path), findings);
  options.overlay?.addTo(stock.log);
  const lenient = options.strict !== true && (stock.hasAbort || stock.holder !== undefined);
  if (stock.hasAbort && stock.holder === undefined) reportCrash(findings);
  const config = auditConfig(stock, findings);
  const indexFiles = checkIndexFiles(stock.root, stock.indexFiles, {
    findings,
    severity: lenient ? "recoverable" : "damage",
  });
  const tally = new IndexTally(stock, { findings, lenient });
  const table = new QueueTable(stock.queues);
  try {
    const cursor = indexFiles.length > 0 ? new IndexCursor(indexFiles, tally) : undefined;
    const audit = new RecordAudit(table, cursor);
    const walk = new LogAudit(stock, new LogWalk(audit, options.overlay));
    cursor?.seek(stock.log.files[0]?.start ?? 0);
    const total = stock.log.files.reduce((sum, { size }) => sum + size, 0);
    for (const done of walk.run(STEP)) {
      options.progress?.(done, total);
      await new Promise((resolve) => setImmediate(resolve));
      options.signal?.throwIfAborted();
    }
    const log = summarizeLog(stock, walk.walks);
    tally.log = log;
    cursor?.finish(log.endOffset);
    cursor?.close();
    reportLog(stock, log, { findings, lenient });
    const { strays, moreStrays } = audit;
    const queues = auditQueues({
      ...{ stock, log, table, strays, findings, lenient, hasMoreStrays: moreStrays > 0 },
      ...(options.overlay !== undefined && { overlay: options.overlay }),
    });
    const topics = topicsOf(config);
    const hasLostQueues = reportHomeless(audit.homeless, { stock, topics, findings, lenient });
    tally.report();
    const checkpoint = auditCheckpoint(stock, log, findings);
    auditOffsets(config, queues, findings);
    auditTimer(stock, log, findings);
    const apache = apacheRecovery({ stock, log, queues, checkpoint, findings });
    const { damage, recoverable } = findings.counts;
    return {
      ...{ stock, findings, log, queues, hasLostQueues, indexFiles, checkpoint, config, apache },
      isIndexWrong: findings.list.some(
        ({ part, severity }) => part === "index" && severity === "damage",
      ),
      verdict: damage > 0 ? "damaged" : recoverable > 0 ? "recoverable" : "sound",
      milliseconds: performance.now() - began,
    };
  } finally {
    table.close();
  }
}

function reportCrash(findings: Findings): void {
  findings.add({
    ...{ severity: "recoverable", part: "store", code: "abort", file: "abort", offset: null },
    what: "the broker that had the store last did not stop cleanly",
    cost: "none: the next one looks for the end of the log, and completes queues and index",
    repair: "leaves it to the broker",
  });
}

/** Counts what the index lacks, and names what it has wrong. */
class IndexTally implements IndexReport {
  log: LogSummary | undefined;
  private readonly stock: Stock;
  private readonly findings: Findings;
  private readonly lenient: boolean;
  private uncoveredCount = 0;
  private uncoveredFrom = 0;
  private uncoveredTo = 0;

  constructor(stock: Stock, { findings, lenient }: { findings: Findings; lenient: boolean }) {
    this.stock = stock;
    this.findings = findings;
    this.lenient = lenient;
  }

  stray(shape: IndexShape, number: number, offset: number): void {
    this.add("index-stray", shape, {
      number,
      what: `entry ${String(number)} points to ${String(offset)}, where no record has its key`,
    });
  }

  lacking(shape: IndexShape, offset: number): void {
    this.add("index-lacks", shape, {
      number: 0,
      what: `keys of the record at ${String(offset)} are missing`,
    });
  }

  uncovered(offset: number): void {
    if (this.uncoveredCount++ === 0) this.uncoveredFrom = offset;
    this.uncoveredTo = offset;
  }

  time(shape: IndexShape, number: number, offset: number): void {
    const of = number === 0 ? "its header" : `entry ${String(number)}`;
    this.add("index-time", shape, {
      number,
      what: `${of} has another time than the record at ${String(offset)}`,
    });
  }

  report(): void {
    if (this.uncoveredCount === 0) return;
    this.findings.add({
      severity: this.lenient ? "recoverable" : "warning",
      ...{ part: "index", code: "index-uncovered", file: "index", offset: null },
      what: `${String(this.uncoveredCount)} records with keys, at ${String(this.uncoveredFrom)} to ${String(this.uncoveredTo)}, are in no index file`,
      cost: "queries by key do not find them (Apache leaves such gaps after a crash, unless messageIndexSafe is set)",
      repair: "builds the index anew from the log",
    });
  }

  private add(
    code: string,
    shape: IndexShape,
    { number, what }: { number: number; what: string },
  ): void {
    this.findings.add({
      severity: this.lenient ? "recoverable" : "damage",
      ...{ part: "index", code, file: shape.file, what },
      offset: number === 0 ? null : 40 + shape.slots * 4 + number * 20,
      cost: "queries by key may miss messages, or find others",
      repair: "builds the index anew from the log",
    });
  }
}
