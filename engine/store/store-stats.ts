/** Counts puts and gets for the broker's runtime information. Upstream: StoreStatsService. */
import type { Clock, Timer } from "../base/clock.js";

const BUCKET_LIMITS = [0, 10, 50, 100, 200, 500, 1000, 2000, 3000, 4000, 5000, 10_000, Infinity];
const BUCKET_NAMES = [
  "[<=0ms]",
  "[0~10ms]",
  "[10~50ms]",
  "[50~100ms]",
  "[100~200ms]",
  "[200~500ms]",
  "[500ms~1s]",
  "[1~2s]",
  "[2~3s]",
  "[3~4s]",
  "[4~5s]",
  "[5~10s]",
  "[10s~]",
];
const WINDOWS_S = [10, 60, 600];
const LATENCIES = 1024;

interface Sample {
  timeMs: number;
  put: number;
  found: number;
  missed: number;
  transferred: number;
}

export class StoreStats {
  readonly bootTimestamp: number;
  private readonly clock: Clock;
  private samples: Sample[] = [];
  private timers: Timer[] = [];
  private putTimes = 0;
  private putBytes = 0;
  private putFailures = 0;
  private putMaxMs = 0;
  private getFound = 0;
  private getMissed = 0;
  private transferred = 0;
  private getMaxMs = 0;
  private buckets = new Array<number>(BUCKET_NAMES.length).fill(0);
  private readonly latencies = new Uint32Array(LATENCIES);
  private latencyCount = 0;

  constructor(clock: Clock) {
    this.clock = clock;
    this.bootTimestamp = clock.now();
  }

  get putTotal(): number {
    return this.putTimes;
  }

  get transferredTotal(): number {
    return this.transferred;
  }

  start(): void {
    this.timers.push(
      this.clock.every(1000, () => this.sample()),
      this.clock.every(60_000, () => this.newMinute()),
    );
  }

  stop(): void {
    for (const timer of this.timers) timer.cancel();
    this.timers = [];
  }

  put(count: number, bytes: number, tookMs: number): void {
    this.putTimes += count;
    this.putBytes += bytes;
    if (tookMs > this.putMaxMs) this.putMaxMs = tookMs;
    let bucket = 0;
    while (tookMs > (BUCKET_LIMITS[bucket] ?? Infinity)) bucket++;
    this.buckets[bucket] = (this.buckets[bucket] ?? 0) + 1;
    this.latencies[this.latencyCount++ % LATENCIES] = tookMs;
  }

  putFailed(): void {
    this.putFailures++;
  }

  got(count: number, tookMs: number): void {
    if (count > 0) this.getFound++;
    else this.getMissed++;
    this.transferred += count;
    if (tookMs > this.getMaxMs) this.getMaxMs = tookMs;
  }

  /** Keys and spelling are upstream's; both spellings of "transferred" are in use. */
  runtimeInfo(): Record<string, string> {
    const transferredTps = this.rates((sample) => sample.transferred);
    const times = Math.max(1, this.putTimes);
    return {
      bootTimestamp: String(this.bootTimestamp),
      runtime: this.uptime(),
      putMessageEntireTimeMax: String(this.putMaxMs),
      putMessageTimesTotal: String(times),
      putMessageFailedTimes: String(this.putFailures),
      putMessageSizeTotal: String(this.putBytes),
      putMessageDistributeTime: this.distribution(),
      putMessageAverageSize: javaDouble(this.putBytes / times),
      dispatchMaxBuffer: "0",
      getMessageEntireTimeMax: String(this.getMaxMs),
      putTps: this.rates((sample) => sample.put),
      getFoundTps: this.rates((sample) => sample.found),
      getMissTps: this.rates((sample) => sample.missed),
      getTotalTps: this.rates((sample) => sample.found + sample.missed),
      getTransferredTps: transferredTps,
      putLatency99: this.percentile(0.99),
      putLatency999: this.percentile(0.999),
    };
  }

  private sample(): void {
    this.samples.push({
      timeMs: this.clock.now(),
      put: this.putTimes,
      found: this.getFound,
      missed: this.getMissed,
      transferred: this.transferred,
    });
    if (this.samples.length > Math.max(...WINDOWS_S) + 1) this.samples.shift();
  }

  private newMinute(): void {
    this.buckets = new Array<number>(BUCKET_NAMES.length).fill(0);
  }

  private distribution(): string {
    return BUCKET_NAMES.map((name, i) => `${name}:${this.buckets[i] ?? 0} `).join("");
  }

  private rates(of: (sample: Sample) => number): string {
    const last = this.samples[this.samples.length - 1];
    return WINDOWS_S.map((seconds) => {
      const first = this.samples[this.samples.length - 1 - seconds];
      if (first === undefined || last === undefined) return "";
      return javaDouble(((of(last) - of(first)) * 1000) / Math.max(1, last.timeMs - first.timeMs));
    }).join(" ");
  }

  private percentile(share: number): string {
    const count = Math.min(this.latencyCount, LATENCIES);
    if (count === 0) return "0.00";
    const sorted = this.latencies.slice(0, count).sort();
    return (sorted[Math.min(count - 1, Math.floor(count * share))] ?? 0).toFixed(2);
  }

  private uptime(): string {
    const seconds = Math.floor((this.clock.now() - this.bootTimestamp) / 1000);
    const [days, hours] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24];
    return `[ ${days} days, ${hours} hours, ${Math.floor(seconds / 60) % 60} minutes, ${seconds % 60} seconds ]`;
  }
}

/** A double as Java prints it: whole numbers with `.0`. */
export function javaDouble(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value);
}
