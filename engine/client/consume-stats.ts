/** What running info tells about consumption per topic. Upstream: ConsumerStatsManager. */
import type { Clock } from "../base/clock.js";

const BUCKET_MS = 10_000;
/** One minute, as upstream's per-second figures are averaged. */
const MINUTE_BUCKETS = 6;
/** One hour, for the sum of failures. */
const HOUR_BUCKETS = 360;

interface Bucket {
  index: number;
  pulledMessages: number;
  pulls: number;
  pullMs: number;
  ok: number;
  failed: number;
  consumed: number;
  consumeMs: number;
}

/** Field names are those of upstream's ConsumeStatus. */
export interface ConsumeStatus {
  pullRT: number;
  pullTPS: number;
  consumeRT: number;
  consumeOKTPS: number;
  consumeFailedTPS: number;
  consumeFailedMsgs: number;
}

export class ConsumeStats {
  private readonly clock: Clock;
  private readonly topics = new Map<string, Bucket[]>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  pulled(topic: string, count: number, tookMs: number): void {
    const bucket = this.bucket(topic);
    bucket.pulls++;
    bucket.pulledMessages += count;
    bucket.pullMs += tookMs;
  }

  consumed(topic: string, outcome: { count: number; ok: boolean; tookMs: number }): void {
    const bucket = this.bucket(topic);
    bucket.consumed++;
    bucket.consumeMs += outcome.tookMs;
    if (outcome.ok) bucket.ok += outcome.count;
    else bucket.failed += outcome.count;
  }

  status(topic: string): ConsumeStatus {
    const minute = this.recent(topic, MINUTE_BUCKETS);
    const hour = this.recent(topic, HOUR_BUCKETS);
    const sum = (buckets: Bucket[], field: keyof Bucket): number =>
      buckets.reduce((total, one) => total + one[field], 0);
    const perSecond = (field: keyof Bucket): number => sum(minute, field) / 60;
    const average = (field: keyof Bucket, by: keyof Bucket): number =>
      sum(minute, by) === 0 ? 0 : sum(minute, field) / sum(minute, by);
    return {
      pullRT: average("pullMs", "pulls"),
      pullTPS: perSecond("pulledMessages"),
      consumeRT: average("consumeMs", "consumed"),
      consumeOKTPS: perSecond("ok"),
      consumeFailedTPS: perSecond("failed"),
      consumeFailedMsgs: sum(hour, "failed"),
    };
  }

  private recent(topic: string, count: number): Bucket[] {
    const oldest = Math.floor(this.clock.now() / BUCKET_MS) - count + 1;
    return (this.topics.get(topic) ?? []).filter((one) => one.index >= oldest);
  }

  private bucket(topic: string): Bucket {
    const index = Math.floor(this.clock.now() / BUCKET_MS);
    let buckets = this.topics.get(topic);
    if (buckets === undefined) this.topics.set(topic, (buckets = []));
    let last = buckets.at(-1);
    if (last?.index !== index) {
      last = {
        index,
        pulledMessages: 0,
        pulls: 0,
        pullMs: 0,
        ok: 0,
        failed: 0,
        consumed: 0,
        consumeMs: 0,
      };
      buckets.push(last);
      if (buckets.length > HOUR_BUCKETS) buckets.shift();
    }
    return last;
  }
}
