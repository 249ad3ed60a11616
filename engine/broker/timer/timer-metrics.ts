import type { Clock } from "../../base/clock.js";
import { timerMetrics, type TimerMetric } from "../../protocol/bodies/timer-bodies.js";
import type { DataVersion } from "../../protocol/bodies/data-version.js";
import { decodeShape } from "../../protocol/json-body.js";
import { newDataVersion, stepDataVersion } from "../data-versions.js";
import type { JsonConfigFile } from "../json-config-file.js";

/** How many timer messages wait for each topic: config/timermetrics. Upstream: TimerMetrics. */
export class TimerMetricsTable {
  dataVersion: DataVersion;
  private readonly file: JsonConfigFile;
  private readonly clock: Clock;
  private readonly topics = new Map<string, TimerMetric>();
  private isDirty = false;

  constructor(file: JsonConfigFile, clock: Clock) {
    this.file = file;
    this.clock = clock;
    this.dataVersion = newDataVersion(clock.now());
  }

  get timingCount(): Map<string, TimerMetric> {
    return this.topics;
  }

  add(topic: string, count: number): void {
    const now = this.clock.now();
    const metric = this.topics.get(topic);
    if (metric === undefined) this.topics.set(topic, { count, timeStamp: now });
    else {
      metric.count += count;
      metric.timeStamp = now;
    }
    stepDataVersion(this.dataVersion, now);
    this.isDirty = true;
  }

  /** Reads the file; throws CorruptError when neither it nor its backup decodes. */
  load(): void {
    this.file.load((text) => {
      const read = decodeShape("timermetrics", timerMetrics.shape, text);
      for (const [topic, metric] of read.timingCount) this.topics.set(topic, metric);
      this.dataVersion = read.dataVersion;
    });
  }

  /** Writes the file when something changed since the last time. */
  persist(): void {
    if (!this.isDirty) return;
    this.file.save(timerMetrics.encode(this).toString());
    this.isDirty = false;
  }
}
