/**
 * Up to where log, queues and key index are all on the disk, so that recovery after a crash need not look at what is before.
 * No counterpart upstream, whose checkpoint holds times only: there recovery begins with a whole file. Other brokers pass the
 * file over; it counts for nothing where it does not agree with the store. [S-CHECK-3]
 *
 *     512 bytes of text: the CRC-32 of the JSON as 8 hexadecimal digits, a blank, the JSON, blanks, a line feed
 */
import { crc32 } from "node:zlib";
import type { IndexHeader } from "./index/index-header.js";
import type { OpenFiles } from "./segment/open-files.js";

/** A file of the key index with so many entries, all of them synced; those before it are synced as a whole. */
export interface IndexMark {
  name: string;
  header: IndexHeader;
}

export interface RecoveryPoint {
  /** Records before this physical offset are synced, and so are their entries in queues and index. */
  logOffset: number;
  /** Where the last one of them begins, and when it was stored. */
  lastRecord: number;
  storeTimestamp: number;
  /** Sum of the maximum offsets of all queues at that moment. */
  queueOffsets: number;
  /** May have keys of records behind the others; absent when no key was ever indexed. */
  index?: IndexMark | undefined;
}

const SIZE = 512;

export class RecoveryPointFile {
  private readonly open: OpenFiles;
  private readonly rootDir: string;
  private known: RecoveryPoint | undefined;

  constructor(open: OpenFiles, rootDir: string) {
    this.open = open;
    this.rootDir = rootDir;
  }

  /** The last one that was written; undefined when there is none that can be read. */
  get point(): RecoveryPoint | undefined {
    return this.known;
  }

  /** Does the file say just this? */
  says(point: RecoveryPoint): boolean {
    return this.known !== undefined && encode(this.known).equals(encode(point));
  }

  load(): void {
    const text = this.open.files.readText(this.path);
    this.known = text === undefined ? undefined : decode(text);
  }

  /** All that the point says must be on the disk already. */
  write(point: RecoveryPoint): void {
    if (this.open.files.size(this.path) !== SIZE) this.open.create(this.path, SIZE);
    this.open.files.write(this.open.fd(this.path), encode(point), 0, SIZE, 0);
    this.known = point;
  }

  sync(): Promise<void> {
    return this.open.sync(this.path);
  }

  /** Before the log is changed in front of the point. */
  remove(): void {
    this.known = undefined;
    if (this.open.files.size(this.path) === undefined) return;
    this.open.forget(this.path);
    this.open.files.remove(this.path);
    this.open.files.syncDirectory(this.rootDir);
  }

  private get path(): string {
    return `${this.rootDir}/recoveryPoint`;
  }
}

function encode(point: RecoveryPoint): Buffer {
  const json = JSON.stringify(point);
  const crc = crc32(json).toString(16).padStart(8, "0");
  return Buffer.from(`${crc} ${json}`.padEnd(SIZE - 1) + "\n");
}

function decode(text: string): RecoveryPoint | undefined {
  const json = text.slice(9).trimEnd();
  const isWhole = text.length === SIZE && Number(`0x${text.slice(0, 8)}`) === crc32(json);
  return isWhole ? (JSON.parse(json) as RecoveryPoint) : undefined;
}
