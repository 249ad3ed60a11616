import { CorruptError, RocketmqError, messageOf } from "../base/errors.js";
import type { Files } from "../base/files.js";
import type { Logger } from "../base/log.js";

/**
 * One JSON file under `config` with its `.bak`. Upstream: ConfigManager; unlike 5.3.3 the file is never overwritten in
 * place. A save is in the page cache when it returns (it survives the death of the process) and is synced to the disk
 * off the main thread: who acknowledges a change waits for `saved` before. The backup is the generation before, and always
 * one that is on the disk already, and a file without one is synced before it takes its place: so after a power cut at least
 * one of the two is whole.
 */
export class JsonConfigFile {
  readonly path: string;
  private readonly files: Files;
  private readonly logger: Logger;
  /** Counts saves. */
  private generation = 0;
  /** The last generation that is known to be on the disk; what an earlier life saved, the generation 0, need not be. */
  private synced = -1;
  private syncing: Promise<void> | undefined;
  /** Why the last sync failed. */
  private failure: unknown;
  /** False when the backup was loaded because the file is broken: then the broken one must not replace the backup. */
  private isWhole = true;

  constructor(path: string, files: Files, logger: Logger) {
    this.path = path;
    this.files = files;
    this.logger = logger;
  }

  /** Hands the text to `decode`: the file's, else that of its `.bak`; undefined when neither exists. Throws CorruptError. */
  load<T>(decode: (text: string) => T): T | undefined {
    const text = this.files.readText(this.path);
    if (text !== undefined && text.length > 0) {
      try {
        return decode(text);
      } catch (error) {
        this.logger.warn("configuration file does not decode, trying its backup", {
          path: this.path,
          error: messageOf(error),
        });
      }
    }
    this.isWhole = text === undefined;
    if ((text ?? "") === "" && this.files.exists(`${this.path}.bak`)) {
      const state = text === undefined ? "missing" : "empty";
      this.logger.warn("configuration file is not there, trying its backup", {
        path: this.path,
        state,
      });
    }
    const backup = this.files.readText(`${this.path}.bak`);
    if (backup === undefined || (backup.length === 0 && text === undefined)) {
      if (text === undefined || text.length === 0) return undefined;
      throw new CorruptError(`${this.path} does not decode and has no backup`);
    }
    try {
      return decode(backup);
    } catch (error) {
      throw new CorruptError(`${this.path}.bak does not decode: ${messageOf(error)}`, {
        hint: "move the file and its .bak away to start with an empty table",
        cause: error,
      });
    }
  }

  /** Throws a RocketmqError when it cannot be written; file and backup are as they were then. */
  save(text: string): void {
    try {
      this.replace(text);
    } catch (error) {
      throw new RocketmqError(`${this.path} was not written: ${messageOf(error)}`, {
        kind: "failed",
        cause: error,
      });
    }
  }

  /** False, and a line in the log, when it cannot be written. */
  saveIfPossible(text: string): boolean {
    try {
      this.save(text);
      return true;
    } catch (error) {
      this.logger.error("configuration file was not written", { error: messageOf(error) });
      return false;
    }
  }

  private replace(text: string): void {
    const temporary = `${this.path}.tmp`;
    this.files.writeText(temporary, text);
    const isFirst = this.generation === 0;
    const isBackup = this.isWhole && (isFirst || this.synced === this.generation);
    if (isBackup && this.files.exists(this.path)) {
      // that of an earlier life may be nowhere but in memory
      if (isFirst) this.syncNow(this.path);
      this.files.rename(this.path, `${this.path}.bak`);
    } else if (!this.files.exists(`${this.path}.bak`)) this.syncNow(temporary);
    this.files.rename(temporary, this.path);
    this.isWhole = true;
    this.generation++;
    this.startSync();
  }

  private startSync(): void {
    this.syncing ??= this.sync().finally(() => {
      this.syncing = undefined;
    });
  }

  private syncNow(path: string): void {
    const fd = this.files.open(path, "r");
    try {
      this.files.syncNow(fd);
    } finally {
      this.files.close(fd);
    }
  }

  /**
   * Resolves when what was saved last, in this life or the one before, is on the disk; undefined when it is. Rejects when it
   * is not brought there. What a sync failed for may be lost without another one failing: `text` is saved anew then.
   */
  saved(text: () => string): Promise<void> | undefined {
    if (this.synced === this.generation) return undefined;
    if (this.syncing === undefined && this.generation > 0) this.save(text());
    this.startSync();
    return this.reached(this.generation);
  }

  private async reached(generation: number): Promise<void> {
    await this.syncing;
    if (this.synced >= generation) return;
    throw new RocketmqError(`${this.path} was not synced to the disk: ${messageOf(this.failure)}`, {
      kind: "failed",
      cause: this.failure,
    });
  }

  /** Resolves when the last save is on the disk, or failed to be brought there. */
  async settled(): Promise<void> {
    await this.syncing;
  }

  private async sync(): Promise<void> {
    const folder = this.path.slice(0, Math.max(1, this.path.lastIndexOf("/")));
    while (this.synced < this.generation) {
      const { generation } = this;
      try {
        if (this.files.exists(this.path)) {
          await this.syncPath(this.path);
          await this.syncPath(folder);
        }
      } catch (error) {
        this.failure = error;
        this.logger.error("configuration file was not synced to the disk", {
          path: this.path,
          error: messageOf(error),
        });
        return;
      }
      this.synced = generation;
    }
  }

  private async syncPath(path: string): Promise<void> {
    const fd = this.files.open(path, "r");
    try {
      await this.files.sync(fd);
    } finally {
      this.files.close(fd);
    }
  }
}
