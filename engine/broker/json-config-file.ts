import { CorruptError, messageOf } from "../base/errors.js";
import type { Files } from "../base/files.js";
import type { Logger } from "../base/log.js";

/**
 * One JSON file under `config` with its `.bak`, which is always one generation older. Upstream: ConfigManager; unlike
 * 5.3.3 the file is never overwritten in place: at every moment either it or its `.bak` is whole.
 */
export class JsonConfigFile {
  readonly path: string;
  private readonly files: Files;
  private readonly logger: Logger;
  /** The save under way, when it is an asynchronous one. */
  private saving: Promise<void> | undefined;
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

  /** Writes and syncs before it returns. */
  save(text: string): void {
    const temporary = `${this.path}.tmp`;
    const bytes = Buffer.from(text);
    const fd = this.files.open(temporary, "w");
    try {
      this.files.write(fd, bytes, 0, bytes.length, 0);
      this.files.syncNow(fd);
    } finally {
      this.files.close(fd);
    }
    this.swapIn(temporary);
  }

  /** Writes now and syncs off the main thread; while one save is under way another is skipped and gives false. */
  saveLater(text: string): Promise<boolean> {
    if (this.saving !== undefined) return Promise.resolve(false);
    const temporary = `${this.path}.tmp`;
    const bytes = Buffer.from(text);
    const fd = this.files.open(temporary, "w");
    const work = (async () => {
      try {
        this.files.write(fd, bytes, 0, bytes.length, 0);
        await this.files.sync(fd);
      } finally {
        this.files.close(fd);
      }
      this.swapIn(temporary);
    })();
    this.saving = work.finally(() => {
      this.saving = undefined;
    });
    return this.saving.then(() => true);
  }

  /** Resolves when no save is under way. */
  async settled(): Promise<void> {
    await this.saving?.catch(() => undefined);
  }

  private swapIn(temporary: string): void {
    if (this.isWhole && this.files.exists(this.path))
      this.files.rename(this.path, `${this.path}.bak`);
    this.files.rename(temporary, this.path);
    this.isWhole = true;
    this.files.syncDirectory(this.path.slice(0, Math.max(1, this.path.lastIndexOf("/"))));
  }
}
