/** Puts due messages where they belong, or back to wait on. Upstream: TimerDequeuePutMessageService. */
import type { Timer } from "../../base/clock.js";
import type { Message } from "../../message/message.js";
import { PropertyName } from "../../message/property-names.js";
import type { MessageToStore, PutStatus } from "../../store/store-api.js";
import { isDelivered, messageFrom } from "../schedule/due-message.js";
import type { TimerState } from "./timer-state.js";

/** TIMER_ENQUEUE_MS of what was due before it came into the wheel: Long.MAX_VALUE. */
export const NEVER_ENQUEUED = "9223372036854775807";

const MOST_TRIES = 3;
const RETRY_TICKS = 0.5;
const HOPELESS: ReadonlySet<PutStatus> = new Set(["MESSAGE_ILLEGAL", "PROPERTIES_SIZE_EXCEEDED"]);

export interface TimerDue {
  record: Message;
  /** When it came into the wheel, ms since the epoch, or NEVER_ENQUEUED. */
  enqueueMs: string;
  /** Is it to go round once more? */
  roll: boolean;
  /** May a copy have been delivered before the broker was started? */
  recheck: boolean;
}

export class TimerDelivery {
  private readonly state: TimerState;
  private readonly retries = new Set<Timer>();

  constructor(state: TimerState) {
    this.state = state;
  }

  /** Resolves when all of them are stored, or given up; never when the timer is stopped while a put waits to be tried again. */
  deliver(batch: readonly TimerDue[]): Promise<void> {
    return new Promise((resolve) => {
      let left = 1;
      const done = (): void => {
        if (--left === 0) resolve();
      };
      for (const due of batch) {
        const message = this.messageOf(due);
        if (message === undefined) continue;
        left++;
        this.put(message, 1, done);
      }
      done();
    });
  }

  stop(): void {
    for (const retry of this.retries) retry.cancel();
    this.retries.clear();
  }

  private messageOf({ record, enqueueMs, roll, recheck }: TimerDue): MessageToStore | undefined {
    const { clock, metrics, logger, store, dequeued } = this.state;
    const { properties } = record;
    const realTopic = properties.get(PropertyName.REAL_TOPIC);
    const realQueue = Number(properties.get(PropertyName.REAL_QID) ?? NaN);
    const place = roll ? record : { topic: realTopic ?? "", queueId: realQueue };
    if (realTopic === undefined || !Number.isInteger(realQueue)) {
      logger.error("a timer message does not say where it belongs", {
        physicalOffset: record.physicalOffset,
      });
      return undefined;
    }
    if (enqueueMs !== NEVER_ENQUEUED) metrics.add(realTopic, -1);
    if (recheck && isDelivered(store, record, messageFrom(record, place))) return undefined;
    dequeued.add(1);
    properties.set(PropertyName.TIMER_ENQUEUE_MS, enqueueMs);
    if (roll) {
      const times = Number(properties.get(PropertyName.TIMER_ROLL_TIMES) ?? 0);
      properties.set(PropertyName.TIMER_ROLL_TIMES, String(times + 1));
    }
    properties.set(PropertyName.TIMER_DEQUEUE_MS, String(clock.now()));
    return messageFrom(record, place);
  }

  private put(message: MessageToStore, attempt: number, done: () => void): void {
    const { store, stats, config, logger, clock, precisionMs } = this.state;
    store.put(message, ({ status, size }) => {
      if (status === "PUT_OK") {
        stats.topicPut(message.topic, message.queueId, 1, size);
        return done();
      }
      const isLast = !config.timerEnableRetryUntilSuccess && attempt >= MOST_TRIES;
      const { topic } = message;
      if (HOPELESS.has(status) || isLast) {
        logger.error("a timer message could not be delivered", { topic, status, attempt });
        return done();
      }
      if (this.state.isStopped) return;
      const retry = clock.after(RETRY_TICKS * precisionMs, () => {
        this.retries.delete(retry);
        this.put(message, attempt + 1, done);
      });
      this.retries.add(retry);
    });
  }
}
