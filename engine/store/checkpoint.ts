/**
 * Up to which store time the parts of a store are safely written. Upstream: StoreCheckpoint. [S-CHECK-1]
 *
 *     0 physicMsgTimestamp int64    16 indexMsgTimestamp int64      32 confirmPhyOffset int64
 *     8 logicsMsgTimestamp int64    24 masterFlushedOffset int64    … zeros up to 4096 bytes
 */
import { readInt64, writeInt64 } from "../base/int64.js";
import type { OpenFiles } from "./segment/open-files.js";

const SIZE = 4096;
/** Recovery goes back this much further, since the parts are not written at the same moment. */
const MARGIN_MS = 3000;

export class StoreCheckpoint {
  physicMsgTimestamp = 0;
  logicsMsgTimestamp = 0;
  indexMsgTimestamp = 0;
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
    this.logicsMsgTimestamp = readInt64(this.bytes, 8);
    this.indexMsgTimestamp = readInt64(this.bytes, 16);
  }

  /** Recovery after a crash begins with a file that was begun before this. */
  get minTimestamp(): number {
    return Math.max(0, Math.min(this.physicMsgTimestamp, this.logicsMsgTimestamp) - MARGIN_MS);
  }

  get isDirty(): boolean {
    return (
      readInt64(this.bytes, 0) !== this.physicMsgTimestamp ||
      readInt64(this.bytes, 8) !== this.logicsMsgTimestamp ||
      readInt64(this.bytes, 16) !== this.indexMsgTimestamp
    );
  }

  write(): void {
    const bytes = Buffer.from(this.bytes);
    writeInt64(bytes, this.physicMsgTimestamp, 0);
    writeInt64(bytes, this.logicsMsgTimestamp, 8);
    writeInt64(bytes, this.indexMsgTimestamp, 16);
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
