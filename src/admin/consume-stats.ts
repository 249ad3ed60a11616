import { getConsumeStats } from "../../engine/protocol/requests/get-consume-stats.js";
import { ResponseCode } from "../../engine/protocol/response-codes.js";
import type { Admin } from "./admin.js";
import { consumerConnection } from "./consumers.js";
import { CodeError } from "./explain.js";
import { inParallel } from "./parallel.js";
import { compareQueues, type Queue } from "./queues.js";
import { findTopicRoute, RETRY_PREFIX, routeAddresses, topicRoute } from "./topics.js";

/** How far a group is on one queue. Offsets are entry numbers; `lastTimestamp` is milliseconds, 0 when unknown. */
export interface QueueProgress extends Queue {
  brokerOffset: number;
  consumerOffset: number;
  pullOffset: number;
  lastTimestamp: number;
}

export interface ConsumeStats {
  queues: QueueProgress[];
  /** Messages per second, over all brokers. */
  tps: number;
}

/** Upstream waits this many times longer for consume statistics than for anything else. */
const PATIENCE = 3;

/**
 * Progress of a group on all of its topics or on one. Upstream: examineConsumeStats.
 * `routeTopic` finds the brokers in place of the group's own topics: a cluster's name, or the parent of a light topic.
 */
export async function consumeStats(
  admin: Admin,
  group: string,
  options: { topic?: string | undefined; routeTopic?: string | undefined } = {},
): Promise<ConsumeStats> {
  const { topic } = options;
  const addresses = routeAddresses(await routeOf(admin, group, options));
  const answers = await inParallel(addresses, async (address) => {
    const header = { consumerGroup: group, ...(topic === undefined ? {} : { topic }) };
    const timeoutMs = admin.timeoutMs * PATIENCE;
    return (await admin.broker(address, getConsumeStats, header, { timeoutMs })).content();
  });
  const queues = answers
    .flatMap(({ offsetTable }) => offsetTable)
    .map(({ queue, value }) => ({
      ...queue,
      brokerOffset: value.brokerOffset,
      consumerOffset: value.consumerOffset,
      pullOffset: value.pullOffset,
      lastTimestamp: value.lastTimestamp,
    }));
  if (queues.length === 0) throw await nothingConsumed(admin, group);
  return {
    queues: queues.sort(compareQueues),
    tps: answers.reduce((sum, { consumeTps }) => sum + consumeTps, 0),
  };
}

/** Messages of a group that wait to be consumed. */
export function totalDiff(stats: ConsumeStats): number {
  return stats.queues.reduce((sum, queue) => sum + queue.brokerOffset - queue.consumerOffset, 0);
}

async function routeOf(
  admin: Admin,
  group: string,
  { topic, routeTopic }: { topic?: string | undefined; routeTopic?: string | undefined },
): Promise<Awaited<ReturnType<typeof topicRoute>>> {
  if (routeTopic !== undefined) return topicRoute(admin, routeTopic);
  const retry = await findTopicRoute(admin, RETRY_PREFIX + group);
  if (retry !== undefined) return retry;
  const own = topic === undefined ? undefined : await findTopicRoute(admin, topic);
  if (own !== undefined) return own;
  return topicRoute(admin, RETRY_PREFIX + group + (topic === undefined ? "" : `_${topic}`));
}

/** Broadcasting clients keep their offsets to themselves; else nobody has consumed. */
async function nothingConsumed(admin: Admin, group: string): Promise<CodeError> {
  const connection = await consumerConnection(admin, group).catch(() => undefined);
  const text = "Not found the consumer group consume stats, because return offset table is empty";
  return connection?.messageModel === "BROADCASTING"
    ? new CodeError(
        ResponseCode.BROADCAST_CONSUMPTION,
        `${text}, the consumer is under the broadcast mode`,
        {
          kind: "failed",
          hint: "broadcasting consumers keep their offsets on their own machines",
        },
      )
    : new CodeError(ResponseCode.CONSUMER_NOT_ONLINE, `${text}, maybe the consumer not online`, {
        kind: "not-found",
      });
}
