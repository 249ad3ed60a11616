/** Finds messages by key over a row of index files. Upstream: IndexService. [S-IDX-3] */
import { present } from "../../base/assert.js";
import type { Clock } from "../../base/clock.js";
import type { Logger } from "../../base/log.js";
import { KEY_SEPARATOR, PropertyName } from "../../message/property-names.js";
import { propertyOf } from "../../message/properties.js";
import { SysFlag, transactionType } from "../../message/sys-flag.js";
import type { StoreCheckpoint } from "../checkpoint.js";
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

  constructor(options: KeyIndexOptions) {
    this.options = options;
    this.directory = `${options.config.storePathRootDir}/index`;
  }

  /** After a crash, files that were not complete at the checkpoint may be half written: they are removed and built anew. */
  load(afterCrash: boolean): void {
    const { open, checkpoint, logger } = this.options;
    this.files = [];
    for (const name of open.files.list(this.directory)) {
      if (!/^\d{17}$/.test(name)) continue;
      if (open.files.size(`${this.directory}/${name}`) === 0) {
        open.files.remove(`${this.directory}/${name}`);
        continue;
      }
      if (afterCrash && !IndexFile.hasSize(open, `${this.directory}/${name}`, this.size)) {
        logger.info("index file of a wrong size removed, to be built anew", { name });
        open.files.remove(`${this.directory}/${name}`);
        continue;
      }
      const file = IndexFile.open(open, `${this.directory}/${name}`, this.size);
      // slots of a file that was still written to may point to entries that were lost
      const isSure = file.isFull && file.header.endTimestamp <= checkpoint.indexMsgTimestamp;
      if (afterCrash && !isSure) {
        logger.info("index file removed, to be built anew", { path: file.path });
        file.remove();
      } else this.files.push(file);
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
    if (transactionType(record.sysFlag) === SysFlag.TRANSACTION_ROLLBACK) return;
    const uniqKey = propertyOf(record.properties, PropertyName.UNIQ_KEY);
    const keys = propertyOf(record.properties, PropertyName.KEYS);
    if (uniqKey !== undefined) this.put(record, uniqKey);
    if (keys === undefined) return;
    if (!keys.includes(KEY_SEPARATOR)) this.put(record, keys);
    else for (const key of keys.split(KEY_SEPARATOR)) if (key !== "") this.put(record, key);
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
    for (const file of this.files) if (file.hasUnwritten) file.writeOut();
  }

  /** Syncs the files and moves the checkpoint up to its end, once no more entries of that millisecond can come. */
  async sync(): Promise<void> {
    const { checkpoint, clock } = this.options;
    const last = this.last;
    if (last === undefined) return;
    const end = last.header.endTimestamp;
    const count = last.header.indexCount;
    this.writeOut();
    for (const file of [...this.files]) await file.sync();
    const isStillLast = last === this.last && last.header.indexCount === count;
    if (isStillLast && clock.now() > end) checkpoint.indexMsgTimestamp = end;
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
    for (const file of this.files) file.remove();
    this.files = [];
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
    const last = this.last?.path.split("/").pop() ?? "";
    for (let time = this.options.clock.now(); ; time++) {
      const name = indexFileName(time);
      if (name > last) return `${this.directory}/${name}`;
    }
  }
}
