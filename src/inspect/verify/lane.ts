import type { IndexShape } from "./index-check.js";
import { IndexCursor } from "./index-cursor.js";
import { type IndexCounts, IndexTally } from "./index-tally.js";
import { type FileWalk, LogWalk } from "./log-walk.js";
import type { Overlay } from "./overlay.js";
import { QueueTable } from "./queue-table.js";
import { type Homeless, RecordAudit, type Stray } from "./record-audit.js";
import type { QueueRow, Row, RowFile } from "./stock.js";

/** What one thread needs to go through files of the log. */
export interface LaneTask {
  log: Row;
  queues: QueueRow[];
  hasExtended: boolean;
  indexFiles: IndexShape[];
}

/** What one thread found; plain data. Queues are told by their place in the task. */
export interface LaneCounts {
  walks: [file: number, walk: FileWalk][];
  matched: number[];
  highest: number[];
  strays: Stray[];
  moreStrays: number;
  homeless: [queue: string, records: Homeless][];
  index: IndexCounts;
}

/** Goes through files of the log, one whole file after the other, and compares their records with queues and index. */
export class Lane {
  readonly counts: Pick<LaneCounts, "walks"> = { walks: [] };
  private readonly task: LaneTask;
  private readonly table: QueueTable;
  private readonly tally: IndexTally;
  private readonly cursor: IndexCursor | undefined;
  private readonly audit: RecordAudit;
  private readonly walk: LogWalk;

  constructor(task: LaneTask, overlay?: Overlay) {
    this.task = task;
    this.table = new QueueTable(task.queues, task.hasExtended);
    this.tally = new IndexTally();
    const { indexFiles } = task;
    this.cursor = indexFiles.length > 0 ? new IndexCursor(indexFiles, this.tally) : undefined;
    this.audit = new RecordAudit(this.table, this.cursor);
    this.walk = new LogWalk(this.audit, overlay);
  }

  /** Takes files by the numbers that `next` gives, until there is none; yields how many bytes are done. */
  *run(next: () => number, step: number): Generator<number> {
    const { files } = this.task.log;
    let done = 0;
    for (let i = next(); i < files.length; i = next()) {
      const file = files[i] as RowFile;
      const last = this.counts.walks[this.counts.walks.length - 1];
      if (last?.[0] === i - 1 && !this.goesOn(last[1], file)) return;
      this.cursor?.seek(file.start);
      const run = this.walk.run(file, step);
      let at = run.next();
      for (; at.done !== true; at = run.next()) yield done + at.value;
      const walk = at.value;
      this.counts.walks.push([i, walk]);
      const isFull = walk.endKind === "blank" || walk.endKind === "full";
      this.cursor?.finish(isFull ? file.start + file.size : walk.end);
      done += file.size;
    }
  }

  /** Looks at stretches between and behind the files: index entries that lead there lead to nothing. */
  finish(between: readonly { from: number; to: number }[], end: number): void {
    for (const { from, to } of [...between, { from: end, to: Infinity }]) {
      this.cursor?.seek(from);
      this.cursor?.finish(to);
    }
  }

  result(): LaneCounts {
    const { strays, moreStrays, homeless } = this.audit;
    return {
      walks: this.counts.walks,
      matched: this.table.all.map(({ matched }) => matched),
      highest: this.table.all.map(({ highest }) => highest),
      ...{ strays, moreStrays, homeless: [...homeless], index: this.tally.counts },
    };
  }

  close(): void {
    this.cursor?.close();
    this.table.close();
  }

  private goesOn(before: FileWalk, file: RowFile): boolean {
    if (before.endKind === "blank" || before.endKind === "full") return true;
    return this.walk.beginsLive(file, before.lastStoreTimestamp);
  }
}
