/** One counted thing and what it did in the last minute, hour and day. Upstream: StatsItem, CallSnapshot. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Sum, rate per second and average of one call in a window. Upstream: StatsSnapshot. */
export interface Window {
  sum: number;
  tps: number;
  avgpt: number;
}

/** How often each window is sampled, and how many samples it keeps. */
export const WINDOWS = {
  minute: { everyMs: 10 * SECOND, kept: 7 },
  hour: { everyMs: 10 * MINUTE, kept: 7 },
  day: { everyMs: HOUR, kept: 25 },
} as const;

export type WindowName = keyof typeof WINDOWS;

interface Sample {
  timestamp: number;
  value: number;
  times: number;
}

/** Counting is two additions; all else happens when the windows are sampled. */
export class StatsItem {
  /** Total of what was counted. */
  value = 0;
  /** How many calls counted it. */
  times = 0;
  private readonly samples: Record<WindowName, Sample[]> = { minute: [], hour: [], day: [] };

  add(value: number, times = 1): void {
    this.value += value;
    this.times += times;
  }

  /** Takes a sample for a window; the first one puts a zero before itself, so that a rate can be told at once. */
  sample(name: WindowName, nowMs: number): void {
    const samples = this.samples[name];
    const { everyMs, kept } = WINDOWS[name];
    if (samples.length === 0) samples.push({ timestamp: nowMs - everyMs, value: 0, times: 0 });
    samples.push({ timestamp: nowMs, value: this.value, times: this.times });
    if (samples.length > kept) samples.shift();
  }

  /** All zero until the first sample. */
  window(name: WindowName): Window {
    const samples = this.samples[name];
    const first = samples[0];
    const last = samples.at(-1);
    if (first === undefined || last === undefined) return { sum: 0, tps: 0, avgpt: 0 };
    const sum = last.value - first.value;
    const times = last.times - first.times;
    const elapsed = last.timestamp - first.timestamp;
    return {
      sum,
      tps: elapsed > 0 ? (sum * SECOND) / elapsed : 0,
      avgpt: times > 0 ? sum / times : 0,
    };
  }
}
