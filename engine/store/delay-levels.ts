/** Delay levels, level 1 first. Upstream: ScheduleMessageService.parseDelayLevel. */
import { RocketmqError } from "../base/errors.js";

const UNIT_MS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const UNKNOWN_LEVEL_MS = 1000;

export class DelayLevels {
  private readonly text: () => string;
  private parsed: string;
  private delaysMs: readonly number[];

  /**
   * The text is like "1s 5s 10s 30s 1m 2h". A function is asked again whenever levels are used, so that they can be
   * changed while the broker runs; what does not parse then changes nothing.
   */
  constructor(text: string | (() => string)) {
    this.text = typeof text === "string" ? () => text : text;
    this.parsed = this.text();
    this.delaysMs = parseDelays(this.parsed);
  }

  get count(): number {
    return this.current().length;
  }

  /** Milliseconds of a level; a level nobody configured delays by one second. */
  delayMs(level: number): number {
    return this.current()[level - 1] ?? UNKNOWN_LEVEL_MS;
  }

  /** When a message stored at `storeTimestamp` is due. Levels above the highest mean the highest. */
  deliverTimestamp(level: number, storeTimestamp: number): number {
    return storeTimestamp + this.delayMs(Math.min(level, this.count));
  }

  private current(): readonly number[] {
    const text = this.text();
    if (text === this.parsed) return this.delaysMs;
    this.parsed = text;
    try {
      this.delaysMs = parseDelays(text);
    } catch (error) {
      if (!(error instanceof RocketmqError)) throw error;
    }
    return this.delaysMs;
  }
}

function parseDelays(text: string): number[] {
  return text.trim().split(/\s+/).map(parseDelay);
}

function parseDelay(text: string): number {
  const unit = UNIT_MS[text.slice(-1)];
  const amount = Number(text.slice(0, -1));
  if (unit === undefined || !Number.isInteger(amount) || amount < 0) {
    throw new RocketmqError(`messageDelayLevel has an entry ${JSON.stringify(text)}`, {
      kind: "usage",
      hint: "write a number and one of s, m, h, d, such as 30s",
    });
  }
  return amount * unit;
}
