import { ResponseCode } from "../../engine/protocol/response-codes.js";
import { versionName } from "../../engine/protocol/versions.js";
import type { Admin } from "./admin.js";
import {
  consumeStats,
  type ConsumeStatsQuery,
  consumeTotals,
  type QueueProgress,
} from "./consume-stats.js";
import { brokersOfGroup, consumerConnection, groupNames, runningInfo } from "./consumers.js";
import { codeOf } from "./explain.js";
import { inParallel, streamParallel } from "./parallel.js";
import { queueKey } from "./queues.js";

/** How far a group is on one queue, in messages. */
export interface ProgressRow extends QueueProgress {
  /** Behind the newest message. */
  diff: number;
  /** Pulled but not consumed; undefined of a broker that does not say (4.x). */
  inflight: number | undefined;
  /** Messages per second of the group, over all queues. */
  groupTps: number;
  /** Address of the client that has the queue, undefined when nobody has it or nobody asked. */
  clientIp?: string | undefined;
}

/** A group in one line; undefined is what could not be learned, or what a group without clients does not have. */
export interface GroupSummary {
  group: string;
  /** Clients that are online. */
  count: number | undefined;
  /** The oldest client's. */
  version: string | undefined;
  type: "PUSH" | "PULL" | undefined;
  /** Of push consumers. */
  model: string | undefined;
  /** Messages per second. */
  tps: number | undefined;
  diffTotal: number | undefined;
}

/** Groups asked about at a time: answers about many topics are large, and wait for each other in the broker. */
const WIDTH = 8;

/** Codes that only say that a group is offline, was never there, or keeps its offsets to itself. */
const ORDINARY: ReadonlySet<number | undefined> = new Set([17, 206, 213]);

export async function groupProgress(
  admin: Admin,
  group: string,
  query: ConsumeStatsQuery & { withClients: boolean },
): Promise<ProgressRow[]> {
  const { withClients, ...asked } = query;
  const stats = await consumeStats(admin, group, asked);
  const clients = withClients ? await clientsByQueue(admin, group) : new Map<string, string>();
  return stats.queues.map((queue) => ({
    ...queue,
    diff: queue.brokerOffset - queue.consumerOffset,
    inflight:
      queue.pullOffset < queue.consumerOffset ? undefined : queue.pullOffset - queue.consumerOffset,
    groupTps: stats.tps,
    ...(withClients ? { clientIp: clients.get(queueKey(queue)) } : {}),
  }));
}

/** Every group that has a retry topic, sorted. What cannot be learned goes to `failed`. */
export async function groupSummaries(
  admin: Admin,
  failed: (thrown: unknown) => void,
): Promise<AsyncIterable<GroupSummary>> {
  return streamParallel(
    await groupNames(admin),
    (group) => groupSummary(admin, group, failed),
    WIDTH,
  );
}

async function groupSummary(
  admin: Admin,
  group: string,
  failed: (thrown: unknown) => void,
): Promise<GroupSummary> {
  const quiet = (thrown: unknown): undefined => {
    if (!ORDINARY.has(codeOf(thrown))) failed(thrown);
    return undefined;
  };
  // one look at the route serves both questions
  const addresses = await brokersOfGroup(admin, group).catch(quiet);
  let isOffline = addresses === undefined;
  const [connection, stats] = await Promise.all([
    addresses &&
      consumerConnection(admin, group, { addresses }).catch((thrown: unknown) => {
        isOffline = codeOf(thrown) === ResponseCode.CONSUMER_NOT_ONLINE;
        return quiet(thrown);
      }),
    addresses && consumeTotals(admin, group, { addresses }).catch(quiet),
  ]);
  const clients = connection?.connectionSet ?? [];
  const isPull = connection?.consumeType === "CONSUME_ACTIVELY";
  const isOnline = clients.length > 0;
  return {
    group,
    count: connection === undefined && !isOffline ? undefined : clients.length,
    version: isOnline ? versionName(Math.min(...clients.map((one) => one.version))) : undefined,
    type: isOnline ? (isPull ? "PULL" : "PUSH") : undefined,
    model: isOnline && !isPull ? connection?.messageModel : undefined,
    tps: stats?.tps,
    diffTotal: stats && [...stats.diffByTopic.values()].reduce((sum, diff) => sum + diff, 0),
  };
}

/** Address of the client that reads each queue; empty when the group is offline. */
async function clientsByQueue(admin: Admin, group: string): Promise<Map<string, string>> {
  const connection = await consumerConnection(admin, group).catch(() => undefined);
  const found = await inParallel(connection?.connectionSet ?? [], async ({ clientId }) => {
    const info = await runningInfo(admin, { group, clientId }).catch(() => undefined);
    const address = clientId.split("@", 1)[0] ?? "";
    return (info?.mqTable ?? []).map(({ queue }) => [queueKey(queue), address] as const);
  });
  return new Map(found.flat());
}
