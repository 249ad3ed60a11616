import type { Clock } from "../base/clock.js";
import type { MessageQueue } from "../protocol/bodies/message-queue.js";
import type { RebalanceLocks } from "./broker-context.js";

/** Upstream's rocketmq.broker.rebalance.lockMaxLiveTime. */
const LOCK_LIVE_MS = 60_000;

interface Lock {
  clientId: string;
  lastUpdateMs: number;
}

/** Queue locks of orderly consumers, each lasting 60 s after its last renewal. Upstream: RebalanceLockManager. */
export class RebalanceLockTable implements RebalanceLocks {
  private readonly clock: Clock;
  /** group → "topic@brokerName@queueId" → lock. */
  private readonly groups = new Map<string, Map<string, Lock>>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  lock(group: string, queues: readonly MessageQueue[], clientId: string): MessageQueue[] {
    const now = this.clock.now();
    let locks = this.groups.get(group);
    if (locks === undefined) {
      locks = new Map();
      this.groups.set(group, locks);
    }
    const held: MessageQueue[] = [];
    for (const queue of queues) {
      const key = keyOf(queue);
      const lock = locks.get(key);
      if (lock !== undefined && lock.clientId !== clientId && !isExpired(lock, now)) continue;
      locks.set(key, { clientId, lastUpdateMs: now });
      held.push(queue);
    }
    return held;
  }

  unlock(group: string, queues: readonly MessageQueue[], clientId: string): void {
    const locks = this.groups.get(group);
    for (const queue of queues) {
      if (locks?.get(keyOf(queue))?.clientId === clientId) locks.delete(keyOf(queue));
    }
    if (locks?.size === 0) this.groups.delete(group);
  }

  isAllExpired(group: string): boolean {
    const now = this.clock.now();
    for (const lock of this.groups.get(group)?.values() ?? []) {
      if (!isExpired(lock, now)) return false;
    }
    return true;
  }
}

function keyOf(queue: MessageQueue): string {
  return `${queue.topic}@${queue.brokerName}@${queue.queueId}`;
}

function isExpired(lock: Lock, now: number): boolean {
  return now - lock.lastUpdateMs > LOCK_LIVE_MS;
}
