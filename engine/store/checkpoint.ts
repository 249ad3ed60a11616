/**
 * Up to which store time the parts of a store are safely written. Upstream: StoreCheckpoint. [S-CHECK-1]
 *
 *     0 physicMsgTimestamp int64    16 indexMsgTimestamp int64      32 confirmPhyOffset int64
 *     8 logicsMsgTimestamp int64    24 masterFlushedOffset int64    40 logicsPhysicalOffset int64
 *                                                                    … zeros up to 4096 bytes
 *
 * Apache removes, after a crash, the index files that end later than indexMsgTimestamp, and dispatches again from a log file
 * that it chooses by logicsMsgTimestamp (from 5.4 on by logicsPhysicalOffset), whatever the removed files held. So these two
 * never pass what the remaining files hold: each is the lower of what the queues and what the index have reached.
 */
import { readInt64, writeInt64 } from "../base/int64.js";
import type { OpenFiles } from "./segment/open-files.js";

const SIZE = 4096;
/** Recovery goes back this much further, since the parts are not written at the same moment. */
const MARGIN_MS = 3000;

/** Up to where records have reached a place: store time of the last one, and the physical offset behind it. */
export interface Reach {
  timestamp: number;
  offset: number;
}

export class StoreCheckpoint {
  physicMsgTimestamp = 0;
  indexMsgTimestamp = 0;
  private queues: Reach = { timestamp: 0, offset: 0 };
  private index: Reach = { timestamp: 0, offset: 0 };
  private readonly path: string;
  private readonly open: OpenFiles;
  private readonly bytes = Buffer.alloc(SIZE);

  constructor(open: OpenFiles, rootDir: string) {
    this.open = open;
    this.path = `${rootDir}/checkpoint`;
  }

  load(): void {
    if (this.open.files.size(this.path) !== SIZE) this.create();
    this.open.files.read(this.open.fd(this.path), this.bytes, 0, SIZE, 0);
    this.physicMsgTimestamp = readInt64(this.bytes, 0);
    this.indexMsgTimestamp = readInt64(this.bytes, 16);
    this.queues = { timestamp: readInt64(this.bytes, 8), offset: readInt64(this.bytes, 40) };
    this.index = this.queues;
  }

  get logicsMsgTimestamp(): number {
    return Math.min(this.queues.timestamp, this.index.timestamp);
  }

  get logicsPhysicalOffset(): number {
    return Math.min(this.queues.offset, this.index.offset);
  }

  /** The queues' entries of records up to there are on the disk. */
  queuesReach(to: Reach): void {
    this.queues = higher(this.queues, to);
  }

  /** The keys of records up to there are on the disk, in files that end no later than indexMsgTimestamp. */
  indexReaches(to: Reach): void {
    this.index = higher(this.index, to);
  }

  /** Such files hold no more than this: others are to be written or removed. True when that was not known. */
  indexReachesOnly(to: Reach): boolean {
    const { timestamp, offset } = this.index;
    this.index = lower(this.index, to);
    return this.index.timestamp !== timestamp || this.index.offset !== offset;
  }

  /** There is no index that could lack anything. */
  ignoreIndex(): void {
    this.index = { timestamp: Infinity, offset: Infinity };
  }

  /** What is behind the end of the log was never reached. */
  logEndsAt(offset: number): void {
    const end = { timestamp: Infinity, offset };
    this.queues = lower(this.queues, end);
    this.index = lower(this.index, end);
  }

  /** Recovery after a crash begins with a file that was begun before this. */
  get minTimestamp(): number {
    return Math.max(0, Math.min(this.physicMsgTimestamp, this.logicsMsgTimestamp) - MARGIN_MS);
  }

  get isDirty(): boolean {
    return (
      readInt64(this.bytes, 0) !== this.physicMsgTimestamp ||
      readInt64(this.bytes, 8) !== this.logicsMsgTimestamp ||
      readInt64(this.bytes, 16) !== this.indexMsgTimestamp ||
      readInt64(this.bytes, 40) !== this.logicsPhysicalOffset
    );
  }

  write(): void {
    const bytes = Buffer.from(this.bytes);
    writeInt64(bytes, this.physicMsgTimestamp, 0);
    writeInt64(bytes, this.logicsMsgTimestamp, 8);
    writeInt64(bytes, this.indexMsgTimestamp, 16);
    writeInt64(bytes, this.logicsPhysicalOffset, 40);
    this.open.files.write(this.open.fd(this.path), bytes, 0, SIZE, 0);
    bytes.copy(this.bytes);
  }

  sync(): Promise<void> {
    return this.open.sync(this.path);
  }

  private create(): void {
    this.open.create(this.path, SIZE);
  }
}

function higher(a: Reach, b: Reach): Reach {
  return { timestamp: Math.max(a.timestamp, b.timestamp), offset: Math.max(a.offset, b.offset) };
}

function lower(a: Reach, b: Reach): Reach {
  return { timestamp: Math.min(a.timestamp, b.timestamp), offset: Math.min(a.offset, b.offset) };
}
