/** Finds messages by key over a row of index files. Upstream: IndexService. [S-IDX-3] */
import { basename } from "node:path";
import { present } from "../../base/assert.js";
import type { Clock } from "../../base/clock.js";
import { messageOf } from "../../base/errors.js";
import type { Logger } from "../../base/log.js";
import { KEY_SEPARATOR, PropertyName } from "../../message/property-names.js";
import { propertyOf } from "../../message/properties.js";
import { SysFlag, transactionType } from "../../message/sys-flag.js";
import type { StoreCheckpoint } from "../checkpoint.js";
import type { IndexMark } from "../recovery-point.js";
import type { OpenFiles } from "../segment/open-files.js";
import type { StoreConfig } from "../store-config.js";
import { IndexFile } from "./index-file.js";
import { indexFileName, keyHash } from "./index-header.js";

/** What the index needs of a record. */
export interface IndexedRecord {
  topic: string;
  sysFlag: number;
  properties: string;
  physicalOffset: number;
  storeTimestamp: number;
}

export interface KeyIndexOptions {
  open: OpenFiles;
  config: StoreConfig;
  clock: Clock;
  logger: Logger;
  checkpoint: StoreCheckpoint;
}

export class KeyIndex {
  private readonly options: KeyIndexOptions;
  private readonly directory: string;
  private files: IndexFile[] = [];
  /** Files were removed when it was opened: what they held must be added again. */
  hasLostFiles = false;

  constructor(options: KeyIndexOptions) {
    this.options = options;
    this.directory = `${options.config.storePathRootDir}/index`;
  }

  /**
   * After a crash, files that were not complete at the checkpoint may be half written: they are removed and built anew. With
   * a mark that agrees with the files everything is there up to it, and what was added since is taken back; tells whether so.
   */
  load(afterCrash: boolean, mark?: IndexMark): boolean {
    const { open, logger } = this.options;
    const found = this.pathsOfRightSize(afterCrash).map((path) => {
      return IndexFile.open(open, path, this.size);
    });
    const marked = found.findIndex(({ path }) => basename(path) === mark?.name);
    const isSure = found.map((file) => !afterCrash || this.isSure(file));
    const isRestored = mark !== undefined && found[marked]?.restore(mark.header) === true;
    const isKept = (i: number): boolean => (isRestored ? i <= marked : isSure[i] === true);
    this.files = found.filter((_, i) => isKept(i));
    if (this.hasLostFiles || isRestored || found.length > this.files.length) {
      this.reachesOnly(this.files);
    }
    for (const file of found.filter((_, i) => !isKept(i))) {
      logger.info("index file removed, to be built anew", { path: file.path });
      file.remove();
    }
    return isRestored;
  }

  /** The last file as it is now; undefined when there is none. */
  mark(): IndexMark | undefined {
    const { last } = this;
    return last && { name: basename(last.path), header: { ...last.header } };
  }

  /** Slots of a file that was still written to may point to entries that were lost. */
  private isSure(file: IndexFile): boolean {
    const { endTimestamp } = file.header;
    return (
      file.isFull && !file.hasUnwritten && endTimestamp <= this.options.checkpoint.indexMsgTimestamp
    );
  }

  /**
   * Notes in the checkpoint, before files are written or removed, that only the sure ones of these are to be counted on.
   * [S-CHECK-1]
   */
  private reachesOnly(files: readonly IndexFile[]): void {
    const { checkpoint, logger } = this.options;
    const sure = files.findLast((file) => this.isSure(file))?.header;
    const timestamp = sure?.endTimestamp ?? 0;
    if (!checkpoint.indexReachesOnly({ timestamp, offset: sure?.endPhysicalOffset ?? 0 })) return;
    try {
      checkpoint.write();
    } catch (error) {
      logger.warn("the checkpoint was not written", { error: messageOf(error) });
    }
  }

  /** The last record that is indexed; -1 when none is. Records up to it need not be offered again. */
  get coveredOffset(): number {
    const last = this.last;
    if (last === undefined || (last.isEmpty && this.files.length === 1)) return -1;
    return last.header.endPhysicalOffset;
  }

  get fileCount(): number {
    return this.files.length;
  }

  get lastUpdateTimestamp(): number {
    return this.last?.header.endTimestamp ?? 0;
  }

  get lastUpdatePhysicalOffset(): number {
    return this.last?.header.endPhysicalOffset ?? 0;
  }

  /** Adds the keys of a record: its unique key and each of its KEYS. */
  add(record: IndexedRecord): void {
    for (const key of keysOf(record)) this.put(record, key);
  }

  /** The same for the last record that is covered: some of its keys may have stood in a file that was removed. */
  addMissing(record: IndexedRecord): void {
    for (const key of keysOf(record)) if (!this.has(record, key)) this.put(record, key);
  }

  private has({ topic, physicalOffset, storeTimestamp }: IndexedRecord, key: string): boolean {
    const time = { begin: storeTimestamp, end: storeTimestamp, max: Infinity };
    return this.find(topic, key, time).includes(physicalOffset);
  }

  /** Physical offsets, at most `max`, of records that may have this key; other keys with the same hash come along. */
  find(topic: string, key: string, range: { begin: number; end: number; max: number }): number[] {
    const hash = keyHash(topic, key);
    const found: number[] = [];
    for (let i = this.files.length - 1; i >= 0 && found.length < range.max; i--) {
      const file = present(this.files[i]);
      if (file.overlaps(range.begin, range.end)) file.find(hash, range, found);
      if (file.header.beginTimestamp < range.begin) break;
    }
    return found;
  }

  writeOut(): void {
    const unwritten = this.files.filter((file) => file.hasUnwritten);
    if (unwritten.length > 0) this.reachesOnly(this.files);
    for (const file of unwritten) file.writeOut();
  }

  /**
   * Syncs the files and moves the checkpoint up to their end, if nothing was written meanwhile and later entries are all of
   * store time `next` or newer: what ends at the checkpoint's time must be whole. Returns whether it was moved.
   */
  async sync(next: number): Promise<boolean> {
    this.writeOut();
    const { last } = this;
    if (last === undefined) return true;
    const { writes } = last;
    const end = last.header.endTimestamp;
    for (const file of [...this.files]) await file.sync();
    if (last.writes !== writes || next <= end) return false;
    this.options.checkpoint.indexMsgTimestamp = end;
    return true;
  }

  /** Removes leading files all of whose records are gone; never the last. */
  deleteExpired(physicalMin: number): void {
    for (const file of this.files.slice(0, -1)) {
      if (file.header.endPhysicalOffset >= physicalMin) return;
      this.files.shift();
      file.remove();
    }
  }

  removeAll(): void {
    this.keepFirst(0);
  }

  /** Removes all but so many files, from the last one on. */
  keepFirst(count: number): void {
    this.hasLostFiles = true;
    this.reachesOnly(this.files.slice(0, count));
    for (let last = this.last; this.files.length > count && last !== undefined; last = this.last) {
      last.remove();
      this.files.pop();
    }
  }

  /** Removes the files that know records from a physical offset on. */
  removeFrom(physicalOffset: number): void {
    const first = this.files.findIndex(({ header }) => header.endPhysicalOffset >= physicalOffset);
    if (first >= 0) this.keepFirst(first);
  }

  /** Names of the files, in order. */
  names(): string[] {
    return this.files.map(({ path }) => basename(path));
  }

  /**
   * Files from the first one of a wrong size on are removed: what they held is added again from the log. When after a
   * clean stop all have one other size, they are all given, and the first will be refused.
   */
  private pathsOfRightSize(afterCrash: boolean): string[] {
    const { open, logger } = this.options;
    const names = open.files.list(this.directory).filter((name) => /^\d{17}$/.test(name));
    const paths = names.map((name) => `${this.directory}/${name}`);
    const sizes = new Set(paths.map((path) => open.files.size(path)));
    const wrong = paths.findIndex((path) => !IndexFile.hasSize(open, path, this.size));
    if (wrong < 0 || (!afterCrash && sizes.size === 1 && !sizes.has(0))) return paths;
    const first = paths[wrong];
    this.hasLostFiles = true;
    for (const path of paths.splice(wrong)) {
      logger.warn("index file removed, to be built anew", {
        path,
        because: path === first ? "its size is wrong" : "the one before it is removed",
      });
      open.files.remove(path);
    }
    return paths;
  }

  private get last(): IndexFile | undefined {
    return this.files[this.files.length - 1];
  }

  private get size(): { slots: number; entries: number } {
    const { maxHashSlotNum, maxIndexNum } = this.options.config;
    return { slots: maxHashSlotNum, entries: maxIndexNum };
  }

  private put(record: IndexedRecord, key: string): void {
    let file = this.last;
    if (file === undefined || file.isFull) file = this.roll(file);
    file.put(keyHash(record.topic, key), record.physicalOffset, record.storeTimestamp);
  }

  private roll(full: IndexFile | undefined): IndexFile {
    const { open } = this.options;
    if (full !== undefined) {
      this.reachesOnly(this.files);
      full.writeOut();
      full.release();
    }
    if (!open.files.exists(this.directory)) open.files.makeDirectory(this.directory);
    const next = IndexFile.create(open, this.freePath(), { size: this.size, after: full?.header });
    this.files.push(next);
    return next;
  }

  /** Named by the present, but always behind the files there are: their order is that of their names. */
  private freePath(): string {
    const last = basename(this.last?.path ?? "");
    for (let time = this.options.clock.now(); ; time++) {
      const name = indexFileName(time);
      if (name > last) return `${this.directory}/${name}`;
    }
  }
}

/** What a record is found by. */
function keysOf({ sysFlag, properties }: IndexedRecord): string[] {
  if (transactionType(sysFlag) === SysFlag.TRANSACTION_ROLLBACK) return [];
  const uniqKey = propertyOf(properties, PropertyName.UNIQ_KEY);
  const keys = propertyOf(properties, PropertyName.KEYS);
  const found = uniqKey === undefined ? [] : [uniqKey];
  if (keys === undefined) return found;
  if (!keys.includes(KEY_SEPARATOR)) found.push(keys);
  else for (const key of keys.split(KEY_SEPARATOR)) if (key !== "") found.push(key);
  return found;
}
