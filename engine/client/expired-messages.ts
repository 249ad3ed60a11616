/** Messages whose listener call never ends hold up the offset of their queue. Upstream: ProcessQueue.cleanExpiredMsg. */
import type { Clock } from "../base/clock.js";
import { PropertyName } from "../message/property-names.js";
import type { OffsetStore } from "./offset-store.js";
import type { ProcessQueue } from "./process-queue.js";
import type { ReceivedMessage } from "./received-message.js";

/** Most messages of one queue at a time. */
const MOST = 16;
const DELAY_LEVEL = 3;

export interface ExpiryOptions {
  clock: Clock;
  /** Milliseconds since the listener got the message. */
  timeoutMs: number;
  offsets: OffsetStore;
  giveBack: (message: ReceivedMessage, delayLevel: number) => Promise<boolean>;
}

/** Gives back the oldest messages of a queue that are in work for too long, so that the offset goes on. */
export async function giveBackExpired(
  process: ProcessQueue,
  { clock, timeoutMs, offsets, giveBack }: ExpiryOptions,
): Promise<void> {
  for (let count = 0; count < MOST; count++) {
    const message = process.oldest;
    const begun = Number(message?.properties.get(PropertyName.CONSUME_START_TIME) ?? NaN);
    // also when the listener has not got it yet
    if (message === undefined || !(clock.now() - begun > timeoutMs)) return;
    if (!(await giveBack(message, DELAY_LEVEL))) return;
    if (process.dropped || process.oldest !== message) return;
    offsets.update(process.queue, process.remove([message]), true);
  }
}
