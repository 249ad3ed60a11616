/** What recovery tells while it runs and when it is over. Upstream logs each file it passes. [S-REC-8] */
import type { Clock } from "../base/clock.js";
import type { Logger } from "../base/log.js";

const INTERVAL_MS = 3000;

export class RecoveryReport {
  private readonly clock: Clock;
  private readonly logger: Logger;
  private readonly startedMs: number;
  private step = { name: "", from: 0, to: 0, startedMs: 0, toldMs: 0 };
  private readonly summary: Record<string, unknown> = {};

  constructor(clock: Clock, logger: Logger) {
    this.clock = clock;
    this.logger = logger;
    this.startedMs = clock.now();
  }

  /** A part of the work that goes over bytes `from`…`to` of the log. */
  begin(name: string, from: number, to: number): void {
    const now = this.clock.now();
    this.step = { name, from, to, startedMs: now, toldMs: now };
  }

  /** How far it is, every few seconds. */
  reached(offset: number): void {
    const now = this.clock.now();
    const { name, from, to, startedMs, toldMs } = this.step;
    if (now < toldMs + INTERVAL_MS) return;
    this.step.toldMs = now;
    const rate = ((offset - from) * 1000) / (now - startedMs);
    this.logger.info("recovery is under way", {
      step: name,
      doneBytes: offset - from,
      ofBytes: to - from,
      percent: Math.floor(((offset - from) * 100) / Math.max(1, to - from)),
      bytesPerSecond: Math.round(rate),
      secondsLeft: rate > 0 ? Math.round((to - offset) / rate) : undefined,
    });
  }

  /** For the line at the end. */
  note(fields: Record<string, unknown>): void {
    Object.assign(this.summary, fields);
  }

  count(name: string, by = 1): void {
    this.summary[name] = Number(this.summary[name] ?? 0) + by;
  }

  end(): void {
    const ms = this.clock.now() - this.startedMs;
    this.logger.info("the store is recovered", { ...this.summary, ms });
  }
}
