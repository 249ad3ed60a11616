import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { type LaneCounts, Lane, type LaneTask } from "./lane.js";
import type { LaneShare } from "./lane-worker.js";
import { isBetweenFiles, isContinued, type LogSummary, summarizeLog } from "./log-audit.js";
import type { FileWalk } from "./log-walk.js";
import type { Overlay } from "./overlay.js";
import type { Stock } from "./stock.js";

/** A second thread pays from here on. */
const LEAST_BYTES = 256 << 20;
const STEP = 32 << 20;

export interface LogResult {
  log: LogSummary;
  lanes: LaneCounts[];
}

export interface LogLanesOptions {
  progress?: ((done: number, total: number) => void) | undefined;
  signal?: AbortSignal | undefined;
  overlay?: Overlay | undefined;
}

/** Goes through the whole log, in two threads where there is enough of it. */
export async function walkLog(
  stock: Stock,
  indexFiles: LaneTask["indexFiles"],
  options: LogLanesOptions,
): Promise<LogResult> {
  const { log, queues, hasExtended } = stock;
  const task: LaneTask = { log, queues, hasExtended, indexFiles };
  const bytes = log.files.reduce((sum, { size }) => sum + size, 0);
  const isLarge = bytes >= LEAST_BYTES && log.files.length > 1 && options.overlay === undefined;
  const script = isLarge ? workerScript() : undefined;
  const shared =
    script === undefined ? undefined : await inTwo(stock, { task, bytes, options, script });
  return shared ?? (await inOne(stock, { task, bytes, options }));
}

interface Walking {
  task: LaneTask;
  bytes: number;
  options: LogLanesOptions;
}

async function inOne(stock: Stock, { task, bytes, options }: Walking): Promise<LogResult> {
  const lane = new Lane(task, options.overlay);
  try {
    let file = 0;
    for (const done of lane.run(() => file++, STEP)) await pause(done, bytes, options);
    const log = summarizeLog(
      stock,
      lane.counts.walks.map(([, walk]) => walk),
    );
    lane.finish(log.damages.filter(isBetweenFiles), log.endOffset);
    return { log, lanes: [lane.result()] };
  } finally {
    lane.close();
  }
}

/** Undefined when the files do not go on one from the other: then only one thread can tell what is alive. */
async function inTwo(
  stock: Stock,
  { task, bytes, options, script }: Walking & { script: URL },
): Promise<LogResult | undefined> {
  const next = new SharedArrayBuffer(4);
  const done = new SharedArrayBuffer(8);
  const share: LaneShare = { task, next, done, step: STEP };
  const worker = new Worker(script, { workerData: share });
  const other = new Promise<LaneCounts | undefined>((resolve) => {
    worker.once("message", resolve);
    worker.once("error", () => {
      resolve(undefined);
    });
  });
  const lane = new Lane(task);
  try {
    const counter = new Int32Array(next);
    const theirs = new Float64Array(done);
    for (const mine of lane.run(() => Atomics.add(counter, 0, 1), STEP)) {
      await pause(mine + (theirs[0] ?? 0), bytes, options);
    }
    const counts = await other;
    options.signal?.throwIfAborted();
    return counts === undefined ? undefined : joined(stock, lane, counts);
  } finally {
    lane.close();
    await worker.terminate();
  }
}

function joined(stock: Stock, lane: Lane, other: LaneCounts): LogResult | undefined {
  const walks: FileWalk[] = [];
  for (const [file, walk] of [...lane.counts.walks, ...other.walks]) walks[file] = walk;
  for (let i = 0; i < stock.log.files.length; i++) {
    const walk = walks[i];
    if (walk === undefined) return undefined;
    const before = walks[i - 1];
    // nothing behind the end: files that were made in advance
    if (before !== undefined && !isContinued(before, walk) && walk.records > 0) return undefined;
  }
  const log = summarizeLog(stock, walks);
  lane.finish(log.damages.filter(isBetweenFiles), log.endOffset);
  return { log, lanes: [lane.result(), other] };
}

async function pause(done: number, bytes: number, options: LogLanesOptions): Promise<void> {
  options.progress?.(Math.min(done, bytes), bytes);
  await new Promise((resolve) => setImmediate(resolve));
  options.signal?.throwIfAborted();
}

/** The thread's program: beside this file, or beside the bundle that this file is part of. */
function workerScript(): URL | undefined {
  const isBundle = typeof __filename === "string";
  const folder = dirname(isBundle ? __filename : fileURLToPath(import.meta.url));
  const path = join(folder, isBundle ? "verify-lane.js" : "lane-worker.js");
  return existsSync(path) ? pathToFileURL(path) : undefined;
}
