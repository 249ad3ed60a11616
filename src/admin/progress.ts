import { versionName } from "../../engine/protocol/versions.js";
import type { Admin } from "./admin.js";
import { consumeStats, type QueueProgress, totalDiff } from "./consume-stats.js";
import { consumerConnection, runningInfo } from "./consumers.js";
import { codeOf } from "./explain.js";
import { inParallel, streamParallel } from "./parallel.js";
import { queueKey } from "./queues.js";
import { RETRY_PREFIX, topicNames } from "./topics.js";

/** How far a group is on one queue, in messages. */
export interface ProgressRow extends QueueProgress {
  /** Behind the newest message. */
  diff: number;
  /** Pulled but not consumed. */
  inflight: number;
  /** Messages per second of the group, over all queues. */
  groupTps: number;
  /** Address of the client that has the queue, undefined when nobody has it or nobody asked. */
  clientIp?: string | undefined;
}

/** A group in one line. `version` is the oldest client's, OFFLINE when there is none. */
export interface GroupSummary {
  group: string;
  count: number;
  version: string;
  type: "PUSH" | "PULL" | "";
  model: string;
  tps: number;
  diffTotal: number;
}

/** Codes that only say that a group is offline, was never there, or keeps its offsets to itself. */
const ORDINARY: ReadonlySet<number | undefined> = new Set([17, 206, 213]);

export async function groupProgress(
  admin: Admin,
  group: string,
  options: { topic?: string | undefined; routeTopic?: string | undefined; withClients: boolean },
): Promise<ProgressRow[]> {
  const stats = await consumeStats(admin, group, options);
  const clients = options.withClients
    ? await clientsByQueue(admin, group)
    : new Map<string, string>();
  return stats.queues.map((queue) => ({
    ...queue,
    diff: queue.brokerOffset - queue.consumerOffset,
    // A 4.x broker knows no pull offset.
    inflight: Math.max(0, queue.pullOffset - queue.consumerOffset),
    groupTps: stats.tps,
    ...(options.withClients ? { clientIp: clients.get(queueKey(queue)) } : {}),
  }));
}

/** Every group that has a retry topic, sorted. What cannot be learned goes to `failed` and counts as zero. */
export async function groupSummaries(
  admin: Admin,
  failed: (thrown: unknown) => void,
): Promise<AsyncIterable<GroupSummary>> {
  const topics = (await topicNames(admin)).filter((topic) => topic.startsWith(RETRY_PREFIX));
  const quiet = (thrown: unknown): undefined => {
    if (!ORDINARY.has(codeOf(thrown))) failed(thrown);
    return undefined;
  };
  return streamParallel([...new Set(topics.map(groupOf))], async (group): Promise<GroupSummary> => {
    const [stats, connection] = await Promise.all([
      consumeStats(admin, group).catch(quiet),
      consumerConnection(admin, group).catch(quiet),
    ]);
    const clients = connection?.connectionSet ?? [];
    const isPull = connection?.consumeType === "CONSUME_ACTIVELY";
    return {
      group,
      count: clients.length,
      version:
        clients.length === 0
          ? "OFFLINE"
          : versionName(Math.min(...clients.map((one) => one.version))),
      type: clients.length === 0 ? "" : isPull ? "PULL" : "PUSH",
      model: clients.length === 0 || isPull ? "" : (connection?.messageModel ?? ""),
      tps: stats?.tps ?? 0,
      diffTotal: stats === undefined ? 0 : totalDiff(stats),
    };
  });
}

/** Group of a retry topic; those of pop consumption hold the topic behind a plus sign. */
function groupOf(retryTopic: string): string {
  return retryTopic.slice(RETRY_PREFIX.length).split("+", 1)[0] ?? "";
}

/** Address of the client that reads each queue; empty when the group is offline. */
async function clientsByQueue(admin: Admin, group: string): Promise<Map<string, string>> {
  const connection = await consumerConnection(admin, group).catch(() => undefined);
  const found = await inParallel(connection?.connectionSet ?? [], async ({ clientId }) => {
    const info = await runningInfo(admin, group, clientId).catch(() => undefined);
    const address = clientId.split("@", 1)[0] ?? "";
    return (info?.mqTable ?? []).map(({ queue }) => [queueKey(queue), address] as const);
  });
  return new Map(found.flat());
}
