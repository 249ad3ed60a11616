/** A row of segment files that together are one long array of bytes. Upstream: MappedFileQueue, MultiPathMappedFileQueue. [S-FILE-1] */
import { present } from "../../base/assert.js";
import { CorruptError } from "../../base/errors.js";
import { SyncFailure } from "../health.js";
import type { OpenFiles } from "./open-files.js";
import { SegmentFile, parseSegmentName, segmentName } from "./segment-file.js";

export interface SegmentQueueOptions {
  /** One folder, or several (sorted) that files are dealt to in turn. */
  directories: readonly string[];
  fileSize: number;
  /** The key that names the size, for the error when a file has another one. */
  sizeKey: string;
  /** The names of new files are synced: nothing could bring these files back. */
  isSource?: boolean;
}

export class SegmentQueue {
  readonly fileSize: number;
  private readonly open: OpenFiles;
  private readonly options: SegmentQueueOptions;
  private list: SegmentFile[] = [];

  constructor(open: OpenFiles, options: SegmentQueueOptions) {
    this.open = open;
    this.options = options;
    this.fileSize = options.fileSize;
  }

  get files(): readonly SegmentFile[] {
    return this.list;
  }

  get first(): SegmentFile | undefined {
    return this.list[0];
  }

  get last(): SegmentFile | undefined {
    return this.list[this.list.length - 1];
  }

  /**
   * Finds the files. A last file of length 0 is removed. After a crash a file may be shorter than it was made: what is
   * missing are zeros. Any other wrong length is an error: sizes come from the configuration alone, and a wrong one would
   * make every offset wrong.
   */
  load(afterCrash = false): void {
    const found: SegmentFile[] = [];
    for (const directory of this.options.directories) {
      for (const name of this.open.files.list(directory)) {
        const startOffset = parseSegmentName(name);
        if (startOffset === undefined) continue;
        found.push(this.segment(`${directory}/${name}`, startOffset));
      }
    }
    found.sort((a, b) => a.startOffset - b.startOffset);
    const last = found[found.length - 1];
    if (last !== undefined && this.open.files.size(last.path) === 0) {
      last.remove();
      found.pop();
    }
    for (const file of found) {
      if (afterCrash && file.startOffset % this.fileSize === 0) file.lengthen();
      this.checkSize(file);
    }
    this.list = found;
  }

  /** The file that holds the byte at `offset`. */
  fileAt(offset: number): SegmentFile | undefined {
    const first = this.list[0];
    if (first === undefined) return undefined;
    const guess = this.list[Math.floor((offset - first.startOffset) / this.fileSize)];
    if (guess !== undefined && offset >= guess.startOffset && offset < guess.endOffset)
      return guess;
    return this.list.find((file) => offset >= file.startOffset && offset < file.endOffset);
  }

  /** The next file, wherever it begins. */
  fileBehind(file: SegmentFile): SegmentFile | undefined {
    const next = this.fileAt(file.endOffset);
    return next ?? this.list.find(({ startOffset }) => startOffset > file.startOffset);
  }

  /** Places where files are missing between two others. */
  gaps(): { from: number; to: number }[] {
    const gaps: { from: number; to: number }[] = [];
    this.list.forEach((file, i) => {
      const before = this.list[i - 1];
      if (before !== undefined && before.endOffset < file.startOffset) {
        gaps.push({ from: before.endOffset, to: file.startOffset });
      }
    });
    return gaps;
  }

  /** Adds the file that holds `offset`, behind all others. */
  append(offset: number): SegmentFile {
    const index = Math.floor(offset / this.fileSize);
    const startOffset = index * this.fileSize;
    const directories = this.options.directories;
    const directory = present(directories[index % directories.length]);
    if (!this.open.files.exists(directory)) this.open.files.makeDirectory(directory);
    const file = this.segment(`${directory}/${segmentName(startOffset)}`, startOffset);
    file.create();
    if (this.options.isSource === true) this.syncNames(directory);
    this.list.push(file);
    return file;
  }

  /** Removes files that begin at `offset` or later. */
  removeFrom(offset: number): void {
    for (let last = this.last; last !== undefined && last.startOffset >= offset; last = this.last) {
      last.remove();
      this.list.pop();
    }
  }

  removeFirst(): void {
    this.first?.remove();
    this.list.shift();
  }

  removeAll(): void {
    this.removeFrom(0);
  }

  private syncNames(directory: string): void {
    try {
      this.open.files.syncDirectory(directory);
    } catch (error) {
      throw new SyncFailure(directory, error);
    }
  }

  private segment(path: string, startOffset: number): SegmentFile {
    return new SegmentFile(this.open, { path, startOffset, size: this.fileSize });
  }

  private checkSize(file: SegmentFile): void {
    const size = this.open.files.size(file.path);
    if (size === this.fileSize && file.startOffset % this.fileSize === 0) return;
    throw new CorruptError(
      `${file.path} has ${size} bytes, but ${this.options.sizeKey} says ${this.fileSize}`,
      { hint: `start with the ${this.options.sizeKey} that the store was written with` },
    );
  }
}
