import { CommitLogReader, type LogEnd, type LogRange, type LogRecord } from "./commit-log.js";
import { isFile } from "./store-files.js";

export interface LogTailOptions {
  note: (line: string) => void;
  /** Those that hold the log, where it is not in the store's own. */
  folders?: readonly string[] | undefined;
}

/** A commit log that is read again and again: each time what was written since. */
export class LogTail {
  /** Where reading stopped; undefined when that was before the end of the log. */
  end: LogEnd | undefined;
  private next: number | undefined;
  private noted: number | undefined;
  private readonly path: string;
  private readonly range: LogRange;
  private readonly note: (line: string) => void;

  private readonly folders: readonly string[] | undefined;

  constructor(path: string, range: LogRange, about: LogTailOptions) {
    this.path = path;
    this.range = range;
    this.note = about.note;
    this.folders = about.folders;
  }

  /** Records that were not given yet. */
  *read(): Generator<LogRecord> {
    const reader = new CommitLogReader(this.path, this.folders);
    this.end = undefined;
    const first = reader.files[0]?.start ?? 0;
    if (this.next !== undefined && first > this.next) {
      this.note(`files were removed up to offset ${String(first)}`);
      this.next = first;
    }
    for (const record of reader.records({ ...this.range, start: this.next })) {
      this.next = record.physicalOffset + record.message.storeSize;
      yield record;
    }
    this.end = reader.end;
    if (this.end !== undefined) this.next = this.end.offset;
  }

  /** No record can come any more: what was asked for ends before the log does, or the one file is full. */
  get isOver(): boolean {
    if (this.end === undefined) return true;
    return this.end.state === "full" && isFile(this.path);
  }

  /** Says what cannot be read on, once: a broker that starts cuts it off, and then it goes on. */
  noteTorn(): void {
    const { end } = this;
    if (end?.state !== "torn" || end.offset === this.noted) return;
    this.noted = end.offset;
    this.note(`torn at offset ${String(end.offset)}: ${end.reason ?? "no record"}; waiting`);
  }
}
