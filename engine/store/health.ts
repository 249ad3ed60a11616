/** May the store be written to and read? Upstream: RunningFlags. [S-FAIL-1] */
import { messageOf } from "../base/errors.js";
import type { Logger } from "../base/log.js";

export class StoreHealth {
  /** Set and cleared by the look at the disk. */
  isDiskFull = false;
  private readonly logger: Logger;
  private running = false;
  private failure: unknown;

  constructor(logger: Logger) {
    this.logger = logger;
  }

  get isRunning(): boolean {
    return this.running;
  }

  /** What the disk said when it failed; from then on nothing is accepted until the store is opened again. */
  get failed(): unknown {
    return this.failure;
  }

  get isWritable(): boolean {
    return this.running && this.failure === undefined && !this.isDiskFull;
  }

  open(): void {
    this.running = true;
  }

  close(): void {
    this.running = false;
  }

  fail(what: string, error: unknown): void {
    if (this.failure !== undefined) return;
    this.failure = error ?? new Error(what);
    this.logger.error("the store takes no more messages", { what, error: messageOf(error) });
  }
}
