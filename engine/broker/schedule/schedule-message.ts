/** Messages with a delay level wait in SCHEDULE_TOPIC_XXXX, one queue for each level. Upstream: ScheduleMessageService. */
import type { Clock, Timer } from "../../base/clock.js";
import { messageOf } from "../../base/errors.js";
import type { Logger } from "../../base/log.js";
import type { Service } from "../../base/service.js";
import { SystemTopic } from "../../message/topic-names.js";
import { DelayLevels } from "../../store/delay-levels.js";
import type { MessageStore } from "../../store/store-api.js";
import type { BrokerConfig } from "../config/broker-config.js";
import type { JsonConfigFile } from "../json-config-file.js";
import type { BrokerStats } from "../stats/broker-stats.js";
import { DelayLevelQueue } from "./delay-level-queue.js";
import { DelayOffsets } from "./delay-offset.js";

const FIRST_PERSIST_MS = 10_000;
/** Group under which upstream counts what leaves the delay topic. */
const SCHEDULE_GROUP = "SCHEDULE_CONSUMER";

export interface ScheduleMessagesOptions {
  config: BrokerConfig;
  clock: Clock;
  logger: Logger;
  store: MessageStore;
  stats: BrokerStats;
  file: JsonConfigFile;
}

export class ScheduleMessages implements Service {
  readonly levels: DelayLevels;
  readonly offsets: DelayOffsets;
  private readonly options: ScheduleMessagesOptions;
  private readonly queues = new Map<number, DelayLevelQueue>();
  private timer: Timer | undefined;
  private isRunning = false;
  private startedMs = 0;

  constructor(options: ScheduleMessagesOptions) {
    const { config, clock, file, store } = options;
    this.options = options;
    this.levels = new DelayLevels(() => config.messageDelayLevel);
    const versionStep = (): number => config.delayOffsetUpdateVersionStep;
    this.offsets = new DelayOffsets({ file, clock, versionStep });
    store.onArrival(({ topic, queueId, tagsCode }) => {
      if (this.isRunning && topic === SystemTopic.SCHEDULE) this.queue(queueId + 1).wake(tagsCode);
    });
  }

  /** After the store: offsets are compared with its queues. A slave delivers nothing. */
  start(): void {
    const { config, clock, store } = this.options;
    this.offsets.load();
    if (config.brokerRole === "SLAVE") return;
    this.offsets.correct(store);
    this.startedMs = clock.now();
    this.isRunning = true;
    for (const queueId of store.queues().get(SystemTopic.SCHEDULE) ?? []) {
      this.queue(queueId + 1).run();
    }
    const everyMs = config.flushDelayOffsetInterval;
    this.timer = clock.every(everyMs, () => this.persist(), FIRST_PERSIST_MS);
  }

  async stop(): Promise<void> {
    this.timer?.cancel();
    if (!this.isRunning) return;
    this.isRunning = false;
    await Promise.all([...this.queues.values()].map((queue) => queue.stop()));
    this.offsets.persist();
  }

  /** "scheduleMessageOffset_<level>" → "delivered,stored". Upstream: buildRunningStats. */
  runtimeInfo(): Record<string, string> {
    const { store } = this.options;
    return Object.fromEntries(
      [...this.offsets.all()].map(([level, offset]) => [
        `scheduleMessageOffset_${level}`,
        `${offset},${store.maxOffset(SystemTopic.SCHEDULE, level - 1)}`,
      ]),
    );
  }

  private persist(): void {
    try {
      this.offsets.persist();
    } catch (error) {
      this.options.logger.error("delay offsets were not written", { error: messageOf(error) });
    }
  }

  private queue(level: number): DelayLevelQueue {
    let queue = this.queues.get(level);
    if (queue === undefined) {
      const { store, clock, logger, config, stats } = this.options;
      queue = new DelayLevelQueue(level, {
        store,
        clock,
        logger,
        offsets: this.offsets,
        delayMs: (of) => this.levels.delayMs(Math.min(of, this.levels.count)),
        recheckBefore: this.startedMs,
        delivered: (of, { topic, queueId }, { size }) => {
          if (!config.enableScheduleMessageStats) return;
          stats.groupGet(SCHEDULE_GROUP, SystemTopic.SCHEDULE, of - 1, 1, size);
          stats.topicPut(topic, queueId, 1, size);
        },
      });
      this.queues.set(level, queue);
    }
    return queue;
  }
}
