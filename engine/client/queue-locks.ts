/**
 * Which queues the brokers let this client consume in order. Upstream: RebalanceImpl.lock, lockAll, unlock,
 * ConsumeMessageOrderlyService.lockMQPeriodically.
 */
import type { Timer } from "../base/clock.js";
import { messageOf } from "../base/errors.js";
import { lockBatchMq } from "../protocol/requests/lock-batch-mq.js";
import { unlockBatchMq } from "../protocol/requests/unlock-batch-mq.js";
import type { Client } from "./client.js";
import { queueKey } from "./message-queue.js";
import type { ProcessQueue } from "./process-queue.js";

/** A broker keeps a lock for 60 s. */
export const RENEWAL_MS = 20_000;
const FIRST_RENEWAL_MS = 1000;
/** A lock not renewed for so long is not relied on, though the broker may still keep it. */
export const LOCK_TRUSTED_MS = 30_000;
const CALL_TIMEOUT_MS = 1000;

export class QueueLocks {
  private readonly client: Client;
  private readonly group: string;
  private timer: Timer | undefined;

  constructor(client: Client, group: string) {
    this.client = client;
    this.group = group;
  }

  /** Renews the locks of all these queues from time to time. */
  start(processes: () => readonly ProcessQueue[]): void {
    const renew = (): void => void this.lock(processes());
    this.timer = this.client.clock.every(RENEWAL_MS, renew, FIRST_RENEWAL_MS);
  }

  stop(): void {
    this.timer?.cancel();
  }

  isHeld({ lockedMs }: ProcessQueue): boolean {
    return lockedMs !== undefined && this.client.clock.now() - lockedMs <= LOCK_TRUSTED_MS;
  }

  /** Asks for the locks of queues, or renews them, and notes on each which way it went. Never rejects. */
  async lock(processes: readonly ProcessQueue[]): Promise<void> {
    await Promise.all(
      byBroker(processes).map(async (ones) => {
        try {
          const { content } = await this.client.remoting.call(
            await this.client.routes.masterOf(ones[0].queue),
            lockBatchMq,
            {},
            { content: this.contentOf(ones), timeoutMs: CALL_TIMEOUT_MS },
          );
          const held = new Set(content().lockOKMQSet.map(queueKey));
          const now = this.client.clock.now();
          for (const one of ones) one.lockedMs = held.has(queueKey(one.queue)) ? now : undefined;
        } catch (error) {
          // what was locked stays so until it cannot be trusted any more
          this.client.logger.warn("queues not locked", { error: messageOf(error) });
        }
      }),
    );
  }

  /** Lets others have the queues. Never rejects. */
  async unlock(processes: readonly ProcessQueue[]): Promise<void> {
    await Promise.all(
      byBroker(processes).map(async (ones) => {
        for (const one of ones) one.lockedMs = undefined;
        try {
          await this.client.remoting.call(
            await this.client.routes.masterOf(ones[0].queue),
            unlockBatchMq,
            {},
            { content: this.contentOf(ones), timeoutMs: CALL_TIMEOUT_MS },
          );
        } catch (error) {
          this.client.logger.warn("queues not unlocked", { error: messageOf(error) });
        }
      }),
    );
  }

  private contentOf(processes: readonly ProcessQueue[]) {
    return {
      consumerGroup: this.group,
      clientId: this.client.id,
      mqSet: processes.map(({ queue }) => queue),
      onlyThisBroker: false,
    };
  }
}

type Several = [ProcessQueue, ...ProcessQueue[]];

function byBroker(processes: readonly ProcessQueue[]): Several[] {
  const groups = new Map<string, Several>();
  for (const process of processes) {
    const group = groups.get(process.queue.brokerName);
    if (group === undefined) groups.set(process.queue.brokerName, [process]);
    else group.push(process);
  }
  return [...groups.values()];
}
