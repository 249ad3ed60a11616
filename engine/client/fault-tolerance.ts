/** Which brokers to avoid for a while after slow or failed sends. Upstream: MQFaultStrategy, LatencyFaultToleranceImpl. */
import type { Clock } from "../base/clock.js";

/** A send that took at least `latencyMs` keeps its broker out for `avoidMs`. */
const LADDER: readonly { latencyMs: number; avoidMs: number }[] = [
  { latencyMs: 15_000, avoidMs: 30_000 },
  { latencyMs: 5_000, avoidMs: 10_000 },
  { latencyMs: 3_000, avoidMs: 6_000 },
  { latencyMs: 1_800, avoidMs: 5_000 },
  { latencyMs: 550, avoidMs: 2_000 },
];

/** A failed send counts as one of ten seconds. */
const ISOLATION_LATENCY_MS = 10_000;

interface Fault {
  latencyMs: number;
  /** Avoided before this time. */
  until: number;
}

export class FaultTolerance {
  private readonly clock: Clock;
  private readonly faults = new Map<string, Fault>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Records how long a send to a broker took; `isolate` for one that failed. */
  record(brokerName: string, latencyMs: number, isolate: boolean): void {
    const counted = isolate ? ISOLATION_LATENCY_MS : latencyMs;
    const avoidMs = LADDER.find((step) => counted >= step.latencyMs)?.avoidMs ?? 0;
    if (avoidMs === 0 && !this.faults.has(brokerName)) return;
    this.faults.set(brokerName, { latencyMs, until: this.clock.now() + avoidMs });
  }

  isAvailable(brokerName: string): boolean {
    const fault = this.faults.get(brokerName);
    return fault === undefined || this.clock.now() >= fault.until;
  }

  /** The least bad of the brokers given, when none is available. */
  leastBad(brokerNames: readonly string[]): string | undefined {
    const rank = (name: string): number => this.faults.get(name)?.until ?? 0;
    return [...brokerNames].sort((a, b) => rank(a) - rank(b))[0];
  }
}
