import type { Clock } from "../../base/clock.js";

const SECOND_MS = 1000;

/** Events in the last full second. Upstream: PerfCounter.getLastTps. */
export class EventRate {
  private readonly clock: Clock;
  private second = 0;
  private current = 0;
  private last = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  add(count: number): void {
    this.turn();
    this.current += count;
  }

  get perSecond(): number {
    this.turn();
    return this.last;
  }

  private turn(): void {
    const second = Math.floor(this.clock.now() / SECOND_MS);
    if (second === this.second) return;
    this.last = second === this.second + 1 ? this.current : 0;
    this.current = 0;
    this.second = second;
  }
}
