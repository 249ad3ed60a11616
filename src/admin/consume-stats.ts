import type { ConsumeStats as ConsumeStatsAnswer } from "../../engine/protocol/bodies/consume-stats.js";
import { getConsumeStats } from "../../engine/protocol/requests/get-consume-stats.js";
import { ResponseCode } from "../../engine/protocol/response-codes.js";
import type { Compat } from "../cli/compat.js";
import type { Admin } from "./admin.js";
import { consumerConnection } from "./consumers.js";
import { CodeError } from "./explain.js";
import { inParallel } from "./parallel.js";
import { compareQueues, type Queue } from "./queues.js";
import { findTopicRoute, RETRY_PREFIX, routeAddresses, topicRoute } from "./topics.js";

/**
 * How far a group is on one queue. Offsets are entry numbers; `lastTimestamp` is milliseconds, 0 when unknown. Brokers of
 * 4.x know no `pullOffset`: it is smaller than `consumerOffset` then.
 */
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

/** What of a group is asked, and where. */
export interface ConsumeStatsQuery {
  /** Only this topic. */
  topic?: string | undefined;
  /** Finds the brokers in place of the group's own topics: a cluster's name, or the parent of a light topic. */
  routeTopic?: string | undefined;
  /** The brokers, where they are known already. */
  addresses?: readonly string[];
  /** Whose words a failure takes; the newest release's without it. */
  compat?: Compat;
  /** Hears of a broker that did not answer while others did; without it that ends the question. */
  fail?: (thrown: unknown) => void;
}

/** Progress of a group on all of its topics or on one. Upstream: examineConsumeStats. */
export async function consumeStats(
  admin: Admin,
  group: string,
  query: ConsumeStatsQuery = {},
): Promise<ConsumeStats> {
  const answers = await answersOf(admin, group, query);
  const queues = answers
    .flatMap(({ offsetTable }) => offsetTable)
    .map(({ queue, value }) => ({
      ...queue,
      brokerOffset: value.brokerOffset,
      consumerOffset: value.consumerOffset,
      pullOffset: value.pullOffset,
      lastTimestamp: value.lastTimestamp,
    }));
  if (queues.length === 0) throw await nothingConsumed(admin, group, query.compat);
  return { queues: queues.sort(compareQueues), tps: tpsOf(answers) };
}

/** What waits for a group by topic, and its rate (messages per second). */
export interface ConsumeTotals {
  diffByTopic: ReadonlyMap<string, number>;
  tps: number;
}

/** As `consumeStats`, without the queues; undefined where nothing was consumed. For many groups at a time. */
export async function consumeTotals(
  admin: Admin,
  group: string,
  query: ConsumeStatsQuery = {},
): Promise<ConsumeTotals | undefined> {
  const answers = await answersOf(admin, group, query);
  const diffByTopic = new Map<string, number>();
  for (const { offsetTable } of answers) {
    for (const { queue, value } of offsetTable) {
      const { topic } = queue;
      const diff = value.brokerOffset - value.consumerOffset;
      diffByTopic.set(topic, (diffByTopic.get(topic) ?? 0) + diff);
    }
  }
  return diffByTopic.size === 0 ? undefined : { diffByTopic, tps: tpsOf(answers) };
}

async function answersOf(
  admin: Admin,
  group: string,
  query: ConsumeStatsQuery,
): Promise<ConsumeStatsAnswer[]> {
  const { topic, fail } = query;
  const addresses = query.addresses ?? routeAddresses(await routeOf(admin, group, query));
  const failures: unknown[] = [];
  const answers = await inParallel(addresses, async (address) => {
    const header = { consumerGroup: group, ...(topic === undefined ? {} : { topic }) };
    const timeoutMs = admin.timeoutMs * PATIENCE;
    try {
      return (await admin.broker(address, getConsumeStats, header, { timeoutMs })).content();
    } catch (thrown) {
      failures.push(thrown);
      return undefined;
    }
  });
  const found = answers.filter((answer) => answer !== undefined);
  if (failures.length > 0 && (fail === undefined || found.length === 0)) throw failures[0];
  for (const failure of failures) fail?.(failure);
  return found;
}

function tpsOf(answers: readonly ConsumeStatsAnswer[]): number {
  return answers.reduce((sum, { consumeTps }) => sum + consumeTps, 0);
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

/** Broadcasting clients keep their offsets to themselves; else nobody has consumed. Releases before 5.0 do not ask which. */
async function nothingConsumed(admin: Admin, group: string, compat?: Compat): Promise<CodeError> {
  const text = "Not found the consumer group consume stats, because return offset table is empty";
  const { CONSUMER_NOT_ONLINE, BROADCAST_CONSUMPTION } = ResponseCode;
  if (compat?.isBefore("5.0.0") === true) {
    const remark = `${text}, maybe the consumer not consume any message`;
    return new CodeError(CONSUMER_NOT_ONLINE, remark, { kind: "not-found" });
  }
  const connection = await consumerConnection(admin, group).catch(() => undefined);
  return connection?.messageModel === "BROADCASTING"
    ? new CodeError(BROADCAST_CONSUMPTION, `${text}, the consumer is under the broadcast mode`, {
        kind: "failed",
        hint: "broadcasting consumers keep their offsets on their own machines",
      })
    : new CodeError(CONSUMER_NOT_ONLINE, `${text}, maybe the consumer not online`, {
        kind: "not-found",
      });
}
