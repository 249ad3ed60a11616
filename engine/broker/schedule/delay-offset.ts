import type { Clock } from "../../base/clock.js";
import { SystemTopic } from "../../message/topic-names.js";
import type { DataVersion } from "../../protocol/bodies/data-version.js";
import { delayOffsetWrapper } from "../../protocol/bodies/delay-offset-wrapper.js";
import { prettyFastjson } from "../../protocol/fastjson.js";
import { decodeShape } from "../../protocol/json-body.js";
import type { MessageStore } from "../../store/store-api.js";
import { newDataVersion, stepDataVersion } from "../data-versions.js";
import type { JsonConfigFile } from "../json-config-file.js";

export interface DelayOffsetsOptions {
  file: JsonConfigFile;
  clock: Clock;
  /** Deliveries between two steps of the data version (delayOffsetUpdateVersionStep). */
  versionStep: () => number;
}

/** How far each delay level is delivered: delayOffset.json. Upstream: ScheduleMessageService as a ConfigManager. */
export class DelayOffsets {
  dataVersion: DataVersion;
  private readonly options: DelayOffsetsOptions;
  /** Level (from 1) → next queue offset. */
  private readonly table = new Map<number, number>();
  private changes = 0;
  private isDirty = false;

  constructor(options: DelayOffsetsOptions) {
    this.options = options;
    this.dataVersion = newDataVersion(options.clock.now());
  }

  get(level: number): number {
    return this.table.get(level) ?? 0;
  }

  all(): ReadonlyMap<number, number> {
    return this.table;
  }

  set(level: number, queueOffset: number): void {
    if (this.table.get(level) === queueOffset) return;
    this.table.set(level, queueOffset);
    this.isDirty = true;
    if (++this.changes % this.options.versionStep() === 0) {
      stepDataVersion(this.dataVersion, this.options.clock.now());
    }
  }

  /** Reads the file; throws CorruptError when neither it nor its backup decodes. */
  load(): void {
    this.options.file.load((text) => {
      const read = decodeShape("delayOffset.json", delayOffsetWrapper.shape, text);
      this.table.clear();
      for (const [level, offset] of read.offsetTable) this.table.set(level, offset);
      if (read.dataVersion !== undefined) this.dataVersion = read.dataVersion;
    });
  }

  /** Moves offsets that point outside of their queue to its nearer end. Upstream: correctDelayOffset. */
  correct(store: Pick<MessageStore, "minOffset" | "maxOffset" | "queues">): void {
    const queues = store.queues().get(SystemTopic.SCHEDULE) ?? [];
    for (const [level, offset] of this.table) {
      const queueId = level - 1;
      if (!queues.includes(queueId)) continue;
      const least = store.minOffset(SystemTopic.SCHEDULE, queueId);
      const most = store.maxOffset(SystemTopic.SCHEDULE, queueId);
      this.set(level, Math.min(most, Math.max(least, offset)));
    }
  }

  /** Writes the file when something changed since the last time. */
  persist(): void {
    if (!this.isDirty) return;
    this.options.file.save(this.text());
    this.isDirty = false;
  }

  private text(): string {
    const offsetTable = new Map([...this.table].sort(([a], [b]) => a - b));
    return prettyFastjson(
      delayOffsetWrapper.shape.write({ dataVersion: this.dataVersion, offsetTable }),
    );
  }
}
