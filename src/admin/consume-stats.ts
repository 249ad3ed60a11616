import type { ConsumeStats as StatsOfBroker } from "../../engine/protocol/bodies/consume-stats.js";
import { getConsumeStats } from "../../engine/protocol/requests/get-consume-stats.js";
import { ResponseCode } from "../../engine/protocol/response-codes.js";
import type { Compat } from "../cli/compat.js";
import type { CallResult } from "../../engine/remoting/api.js";
import type { Admin } from "./admin.js";
import { type ConsumeTotals, scanTotals } from "./consume-totals.js";
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

type Answer = CallResult<unknown, StatsOfBroker>;

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
  const answers = await answersOf(admin, group, query, (answer) => answer.content());
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

/** As `consumeStats`, without the queues; undefined where nothing was consumed. For many groups at a time. */
export async function consumeTotals(
  admin: Admin,
  group: string,
  query: ConsumeStatsQuery = {},
): Promise<ConsumeTotals | undefined> {
  const answers = await answersOf(admin, group, query, totalsOf);
  const diffByTopic = new Map<string, number>();
  for (const answer of answers) {
    for (const [topic, diff] of answer.diffByTopic)
      diffByTopic.set(topic, (diffByTopic.get(topic) ?? 0) + diff);
  }
  const tps = answers.reduce((sum, answer) => sum + answer.tps, 0);
  return diffByTopic.size === 0 ? undefined : { diffByTopic, tps };
}

function totalsOf(answer: Answer): ConsumeTotals {
  const scanned = scanTotals(answer.body);
  if (scanned !== undefined) return scanned;
  const { offsetTable, consumeTps: tps } = answer.content();
  const diffByTopic = new Map<string, number>();
  for (const { queue, value } of offsetTable) {
    const diff = value.brokerOffset - value.consumerOffset;
    diffByTopic.set(queue.topic, (diffByTopic.get(queue.topic) ?? 0) + diff);
  }
  return { diffByTopic, tps };
}

/** What of the answers `read` takes; the answers themselves are large. */
async function answersOf<T>(
  admin: Admin,
  group: string,
  query: ConsumeStatsQuery,
  read: (answer: Answer) => T,
): Promise<T[]> {
  const { topic, fail } = query;
  const addresses = query.addresses ?? routeAddresses(await routeOf(admin, group, query));
  const failures: unknown[] = [];
  const answers = await inParallel(addresses, async (address) => {
    const header = { consumerGroup: group, ...(topic === undefined ? {} : { topic }) };
    const timeoutMs = admin.timeoutMs * PATIENCE;
    try {
      return read(await admin.broker(address, getConsumeStats, header, { timeoutMs }));
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

function tpsOf(answers: readonly StatsOfBroker[]): number {
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
