/** How far online groups are behind, per topic. Upstream: ConsumerLagCalculator (without its estimate of what filters leave). */
import { isRetryTopic } from "../../message/topic-names.js";
import type { BrokerContext } from "../broker-context.js";

export interface ConsumerLag {
  group: string;
  topic: string;
  isSystem: boolean;
  /** Messages that are not committed. */
  lag: number;
  /** Age of the oldest of them, ms; 0 when there is none. */
  lagMs: number;
  /** Messages that are pulled and not committed. */
  inflight: number;
  /** Age of the oldest message that is not pulled, ms; 0 when there is none. */
  queueingMs: number;
  /** Messages that are not pulled. */
  ready: number;
}

/** Every group that is online, with every topic it subscribes to. */
export function consumerLags(context: BrokerContext): ConsumerLag[] {
  const lags: ConsumerLag[] = [];
  for (const [group, { subscriptions }] of context.clients.consumerGroups()) {
    for (const topic of subscriptions.keys()) {
      const config = context.topics.get(topic);
      if (config === undefined || isRetryTopic(topic)) continue;
      lags.push(lagOf(context, { group, topic, queues: config.writeQueueNums }));
    }
  }
  return lags;
}

function lagOf(
  context: BrokerContext,
  { group, topic, queues }: { group: string; topic: string; queues: number },
): ConsumerLag {
  const { offsets, store, clock } = context;
  const sum = { lag: 0, inflight: 0, ready: 0 };
  let oldest = Infinity;
  let oldestUnpulled = Infinity;
  const timeAt = (queueId: number, offset: number): number => {
    const time = store.storeTimeAt(topic, queueId, offset);
    return time > 0 ? time : Infinity;
  };
  for (let queueId = 0; queueId < queues; queueId++) {
    const max = Math.max(0, store.maxOffset(topic, queueId));
    const committed = offsets.get(group, topic, queueId);
    const pulled = offsets.pullOffset(group, topic, queueId);
    const done = committed < 0 ? max : committed;
    sum.lag += Math.max(0, max - done);
    sum.inflight += Math.max(0, Math.max(0, pulled) - (committed < 0 ? pulled : committed));
    sum.ready += Math.max(0, max - (pulled < 0 ? max : pulled));
    if (done < max) oldest = Math.min(oldest, timeAt(queueId, done));
    if (pulled < max)
      oldestUnpulled = Math.min(oldestUnpulled, timeAt(queueId, Math.max(0, pulled)));
  }
  const age = (time: number): number => (time === Infinity ? 0 : Math.max(0, clock.now() - time));
  const isSystem = context.topics.isSystemTopic(topic);
  return { group, topic, isSystem, ...sum, lagMs: age(oldest), queueingMs: age(oldestUnpulled) };
}
