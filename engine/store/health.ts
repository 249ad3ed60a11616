/** May the store be written to and read? Upstream: RunningFlags. [S-FAIL-1] */
import { messageOf } from "../base/errors.js";
import type { Logger } from "../base/log.js";

/**
 * A sync that failed: what it was to bring to the disk may be lost, and the next sync would succeed all the same, as the
 * system takes the pages for written. [S-FAIL-2]
 */
export class SyncFailure extends Error {
  override name = "SyncFailure";
  constructor(path: string, cause: unknown) {
    super(`${path} was not synced: ${messageOf(cause)}`, { cause });
  }
}

export class StoreHealth {
  /** Set and cleared by the look at the disk. */
  isDiskFull = false;
  /** Told once, of a sync that failed. */
  onLost: (() => void) | undefined;
  private readonly logger: Logger;
  private running = false;
  private failure: unknown;
  private suspension: unknown;

  constructor(logger: Logger) {
    this.logger = logger;
  }

  get isRunning(): boolean {
    return this.running;
  }

  /** What the disk said when a sync failed; from then on nothing is accepted until the store is opened again. */
  get failed(): unknown {
    return this.failure;
  }

  /** What the disk said when it took no more bytes; nothing is accepted until it takes them again. */
  get suspended(): unknown {
    return this.suspension;
  }

  get isWritable(): boolean {
    return (
      this.running &&
      this.failure === undefined &&
      this.suspension === undefined &&
      !this.isDiskFull
    );
  }

  open(): void {
    this.running = true;
  }

  close(): void {
    this.running = false;
  }

  fail(what: string, error: unknown): void {
    if (this.failure !== undefined) return;
    if (error instanceof SyncFailure) {
      this.failure = error;
      this.logger.error("the store takes no more messages until it is started again", {
        what,
        error: error.message,
      });
      this.onLost?.();
    } else if (this.suspension === undefined) {
      this.suspension = error ?? new Error(what);
      this.logger.error("the store takes no messages until the disk takes bytes again", {
        what,
        error: messageOf(error),
      });
    }
  }

  /** The disk takes bytes again. */
  resume(): void {
    if (this.suspension === undefined) return;
    this.suspension = undefined;
    this.logger.warn("the disk takes bytes again, and the store messages");
  }
}
