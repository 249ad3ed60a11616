/** File descriptors of a store, at most so many at once; the one used longest ago is closed first. */
import type { Files } from "../../base/files.js";
import { SyncFailure } from "../health.js";

const DEFAULT_LIMIT = 512;

interface OpenFile {
  fd: number;
  /** Asynchronous work under way on it. */
  pins: number;
}

/**
 * Closing a file with bytes that are not synced yet is fine: a sync through another descriptor covers them,
 * as dirty pages belong to the file.
 */
export class OpenFiles {
  readonly files: Files;
  private readonly limit: number;
  private readonly open = new Map<string, OpenFile>();

  constructor(files: Files, limit = DEFAULT_LIMIT) {
    this.files = files;
    this.limit = limit;
  }

  fd(path: string): number {
    return this.acquire(path).fd;
  }

  /** fdatasync off the main thread; the descriptor stays open meanwhile. Throws a SyncFailure. */
  async sync(path: string): Promise<void> {
    const file = this.acquire(path);
    file.pins++;
    try {
      await this.files.sync(file.fd);
    } catch (error) {
      throw new SyncFailure(path, error);
    } finally {
      file.pins--;
    }
  }

  /** Creates a file of full size without blocks on the disk. */
  create(path: string, size: number): void {
    this.forget(path);
    const fd = this.files.open(path, "w+");
    try {
      this.files.truncate(fd, size);
    } catch (error) {
      this.files.close(fd);
      throw error;
    }
    this.add(path, { fd, pins: 0 });
  }

  forget(path: string): void {
    const file = this.open.get(path);
    if (file === undefined) return;
    this.open.delete(path);
    if (file.pins === 0) this.files.close(file.fd);
    else setImmediate(() => this.closeWhenIdle(file));
  }

  closeAll(): void {
    for (const path of [...this.open.keys()]) this.forget(path);
  }

  private acquire(path: string): OpenFile {
    const known = this.open.get(path);
    if (known !== undefined) {
      if (this.open.size * 2 > this.limit) {
        this.open.delete(path);
        this.open.set(path, known);
      }
      return known;
    }
    const file = { fd: this.files.open(path, "r+"), pins: 0 };
    this.add(path, file);
    return file;
  }

  private add(path: string, file: OpenFile): void {
    if (this.open.size >= this.limit) {
      for (const [candidate, { pins }] of this.open) {
        if (pins > 0) continue;
        this.forget(candidate);
        break;
      }
    }
    this.open.set(path, file);
  }

  private closeWhenIdle(file: OpenFile): void {
    if (file.pins === 0) this.files.close(file.fd);
    else setImmediate(() => this.closeWhenIdle(file));
  }
}
