import { RocketmqError } from "../../engine/base/errors.js";
import type { SegmentPath } from "./store-files.js";
import { Findings } from "./verify/findings.js";
import { LogWalk } from "./verify/log-walk.js";
import { QueueTable } from "./verify/queue-table.js";
import { type Stock, storeRoot, takeStock } from "./verify/stock.js";

/** Bytes of the log that hold no record, with records behind them. Offsets are physical. */
export interface LogGap {
  from: number;
  /** Exclusive. */
  to: number;
  reason: string;
}

/** Finds where a log goes on behind bytes that are no record, as `store verify` and `store repair` do. Never writes. */
export class LogResume {
  private readonly queues: QueueTable;
  private readonly walk: LogWalk;

  /** The queues of a store tell its records from those that an earlier life left; a lone file or folder has none. */
  constructor(path: string) {
    const stock = stockOf(path);
    this.queues = new QueueTable(stock?.queues ?? [], stock?.hasExtended ?? false);
    this.walk = new LogWalk({ queues: this.queues, record: () => undefined });
  }

  /**
   * Position behind `at` in the file where the next whole record, the file's blank, or its end is; -1 when there is none.
   * `notBefore`: store time of the last record before.
   */
  find(file: SegmentPath, at: number, notBefore: number): number {
    return this.walk.nextLive(file, at, notBefore);
  }

  /** Does the log go on with the first record of a file? */
  beginsLive(file: SegmentPath, notBefore: number): boolean {
    return this.walk.beginsLive(file, notBefore);
  }

  close(): void {
    this.queues.close();
  }
}

function stockOf(path: string): Stock | undefined {
  try {
    return takeStock(storeRoot(path), new Findings());
  } catch (error) {
    if (error instanceof RocketmqError) return undefined;
    throw error;
  }
}
