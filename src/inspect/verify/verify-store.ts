import { type ApacheRecovery, apacheRecovery } from "./apache-recovery.js";
import { auditCheckpoint, type Checkpoint, indexTimestamp } from "./checkpoint-audit.js";
import {
  auditConfig,
  type ConfigFiles,
  deletedTopics,
  stoppedAt,
  topicsOf,
} from "./config-audit.js";
import { Findings } from "./findings.js";
import { checkIndexFiles, type IndexShape } from "./index-check.js";
import { reportIndex } from "./index-tally.js";
import type { LaneCounts } from "./lane.js";
import { type LogSummary, reportLog, reportShorter } from "./log-audit.js";
import { walkLog } from "./log-lanes.js";
import type { Overlay } from "./overlay.js";
import { auditOffsets } from "./offsets-audit.js";
import { auditQueues } from "./queue-audit.js";
import type { QueueExtent } from "./queue-extent.js";
import { reportHomeless } from "./queue-homeless.js";
import { QueueTable } from "./queue-table.js";
import type { Homeless, Stray } from "./record-audit.js";
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
  /** Folders of the commit log, where it is not in the store's own. */
  logFolders?: readonly string[] | undefined;
}

/** Checks a whole store against itself. Never writes. Throws when the path is no store. */
export async function verifyStore(
  path: string,
  options: VerifyOptions = {},
): Promise<Verification> {
  const began = performance.now();
  const findings = new Findings();
  const stock = takeStock(storeRoot(path, options.logFolders), findings, options.logFolders);
  options.overlay?.addTo(stock.log);
  const lenient = options.strict !== true && (stock.hasAbort || stock.holder !== undefined);
  if (stock.hasAbort && stock.holder === undefined) reportCrash(findings);
  const config = auditConfig(stock, findings);
  const keptUntil = stock.holder === undefined ? indexTimestamp(stock) : -1;
  const indexFiles = checkIndexFiles(stock.root, stock.indexFiles, {
    ...{ findings, lenient, keptUntil },
  });
  const { log, lanes } = await walkLog(stock, indexFiles, options);
  reportLog(stock, log, { findings, lenient });
  if (!stock.hasAbort) reportShorter(stock, log, { findings, wasEnd: stoppedAt(config) });
  const table = new QueueTable(stock.queues, stock.hasExtended);
  const { strays, hasMoreStrays, homeless } = gather(lanes, table);
  const asked = { stock, log, findings, lenient };
  try {
    const queues = auditQueues({
      ...{ ...asked, table, strays, hasMoreStrays },
      ...(options.overlay !== undefined && { overlay: options.overlay }),
    });
    const known = { topics: topicsOf(config), deleted: deletedTopics(config) };
    const hasLostQueues = reportHomeless(homeless, { ...asked, ...known });
    const indexCounts = lanes.map(({ index }) => index);
    reportIndex(indexCounts, { findings, lenient });
    const checkpoint = auditCheckpoint(stock, log, findings);
    auditOffsets(config, queues, findings);
    auditTimer(stock, log, findings);
    const apache = apacheRecovery({ stock, log, queues, checkpoint, findings });
    const { damage, recoverable } = findings.counts;
    return {
      ...{ stock, findings, log, queues, hasLostQueues, indexFiles, checkpoint, config, apache },
      isIndexWrong: findings.has("index", "damage"),
      verdict: damage > 0 ? "damaged" : recoverable > 0 ? "recoverable" : "sound",
      milliseconds: performance.now() - began,
    };
  } finally {
    table.close();
  }
}

/** Adds up what the threads counted. */
function gather(
  lanes: readonly LaneCounts[],
  table: QueueTable,
): { strays: Stray[]; hasMoreStrays: boolean; homeless: Map<string, Homeless> } {
  const homeless = new Map<string, Homeless>();
  for (const lane of lanes) {
    table.all.forEach((queue, i) => {
      queue.matched += lane.matched[i] ?? 0;
      queue.highest = Math.max(queue.highest, lane.highest[i] ?? -1);
    });
    for (const [queue, { count, last }] of lane.homeless) {
      const known = homeless.get(queue) ?? { count: 0, last: 0 };
      homeless.set(queue, { count: known.count + count, last: Math.max(known.last, last) });
    }
  }
  const strays = lanes.flatMap((lane) => lane.strays);
  const hasMoreStrays = lanes.some(({ moreStrays }) => moreStrays > 0);
  return { strays, hasMoreStrays, homeless };
}

function reportCrash(findings: Findings): void {
  findings.add({
    ...{ severity: "recoverable", part: "store", code: "abort", file: "abort", offset: null },
    what: "the broker that had the store last did not stop cleanly",
    cost: "none: the next one looks for the end of the log, and completes queues and index",
    repair: "leaves it to the broker",
  });
}
