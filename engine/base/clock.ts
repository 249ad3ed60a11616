/** Anything that was scheduled on a clock. */
export interface Timer {
  cancel(): void;
}

/** Time and timers, in milliseconds; every timer of the engine runs off one of these, so tests can move it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  after(delayMs: number, run: () => void): Timer;
  /** Runs first after `firstMs` (default: the interval), then every `intervalMs`. */
  every(intervalMs: number, run: () => void, firstMs?: number): Timer;
}

/** The machine's clock. Its timers keep no process alive unless `keepAlive` is set. */
export function systemClock(options: { keepAlive?: boolean } = {}): Clock {
  const hold = <T extends NodeJS.Timeout>(timer: T): T => {
    if (options.keepAlive !== true) timer.unref();
    return timer;
  };
  return {
    now: () => Date.now(),
    after(delayMs, run) {
      const timer = hold(setTimeout(run, delayMs));
      return { cancel: () => clearTimeout(timer) };
    },
    every(intervalMs, run, firstMs = intervalMs) {
      let timer = hold(
        setTimeout(() => {
          timer = hold(setInterval(run, intervalMs));
          run();
        }, firstMs),
      );
      return { cancel: () => clearTimeout(timer) };
    },
  };
}

interface Scheduled {
  dueMs: number;
  everyMs: number | undefined;
  run: () => void;
}

/** A clock that stands still until it is moved: the whole retry ladder passes in a test in milliseconds. */
export class ManualClock implements Clock {
  private time: number;
  private readonly scheduled = new Set<Scheduled>();

  constructor(startMs: number) {
    this.time = startMs;
  }

  now(): number {
    return this.time;
  }

  after(delayMs: number, run: () => void): Timer {
    return this.add({ dueMs: this.time + Math.max(0, delayMs), everyMs: undefined, run });
  }

  every(intervalMs: number, run: () => void, firstMs = intervalMs): Timer {
    return this.add({ dueMs: this.time + firstMs, everyMs: intervalMs, run });
  }

  /** Moves the time on, running what comes due in order; yields to pending promises and sockets between two timers. */
  async advance(byMs: number): Promise<void> {
    const target = this.time + byMs;
    for (;;) {
      const next = this.earliest(target);
      if (next === undefined) break;
      this.time = next.dueMs;
      if (next.everyMs === undefined) this.scheduled.delete(next);
      else next.dueMs += next.everyMs;
      next.run();
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.time = target;
  }

  private earliest(atMost: number): Scheduled | undefined {
    let first: Scheduled | undefined;
    for (const one of this.scheduled) {
      if (one.dueMs <= atMost && (first === undefined || one.dueMs < first.dueMs)) first = one;
    }
    return first;
  }

  private add(one: Scheduled): Timer {
    this.scheduled.add(one);
    return { cancel: () => void this.scheduled.delete(one) };
  }
}
