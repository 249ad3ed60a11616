import type { Clock } from "../base/clock.js";

/** Resolves when the work is done, or when so much time has passed. */
export function within(clock: Clock, ms: number, work: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.after(ms, resolve);
    void work.then(() => {
      timer.cancel();
      resolve();
    });
  });
}

/** Waits that can all be ended early, so that a stop leaves no timer behind. */
export class Delays {
  private readonly clock: Clock;
  private readonly waiting = new Set<() => void>();
  private ended = false;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** From now on nothing waits: loops that wait have to look at this. */
  get hasEnded(): boolean {
    return this.ended;
  }

  /** Resolves after `ms`, or at once when all are ended. */
  wait(ms: number): Promise<void> {
    if (this.ended) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        timer.cancel();
        this.waiting.delete(end);
        resolve();
      };
      const timer = this.clock.after(ms, end);
      this.waiting.add(end);
    });
  }

  /** Ends those under way and all to come. */
  end(): void {
    this.ended = true;
    for (const end of [...this.waiting]) end();
  }
}
