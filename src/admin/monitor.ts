import { setTimeout as sleep } from "node:timers/promises";
import { versionName } from "../../engine/protocol/versions.js";
import type { Clock } from "../../engine/base/clock.js";
import type { Admin } from "./admin.js";
import { consumeStats, type QueueProgress } from "./consume-stats.js";
import { brokersOfGroup, consumerConnection, groupNames, runningInfo } from "./consumers.js";
import { codeOf } from "./explain.js";
import { type ClientReport, diagnose, type GroupDiagnosis } from "./group-status.js";
import { inParallel, streamParallel } from "./parallel.js";
import { queueKey } from "./queues.js";
import { DeletionEvents, type OffsetMoved } from "./offset-moved.js";
import { topicStatus } from "./topics.js";

/** What a group has still to do on one topic, in messages. */
export interface UndoneMessages {
  consumerGroup: string;
  topic: string;
  total: number;
  /** On the queue with the most. */
  singleQueue: number;
  /** Milliseconds between the newest message of a queue and the last one consumed there, of the worst queue. */
  delayMs: number;
}

/** What a round of the monitor finds. */
export type Finding =
  | { kind: "round-begin" | "round-end"; time: number }
  | { kind: "undone"; time: number; undone: UndoneMessages }
  | { kind: "deleted"; time: number; moved: OffsetMoved }
  | { kind: "clients"; time: number; consumerGroup: string; diagnosis: GroupDiagnosis };

export interface MonitorOptions {
  clock: Clock;
  signal: AbortSignal;
  /** Milliseconds before the first round, and from the end of one to the next. */
  delayMs: number;
  intervalMs: number;
  /** Without it, until the signal says so. */
  rounds: number | undefined;
  fail: (thrown: unknown) => void;
}

/** Codes that only say that a group is offline or was never there. */
const ORDINARY: ReadonlySet<number | undefined> = new Set([17, 206, 213]);

/** Looks at every group that is online, round after round. Upstream: MonitorService. */
export async function* monitor(admin: Admin, options: MonitorOptions): AsyncGenerator<Finding> {
  const { clock, signal, delayMs, intervalMs, rounds } = options;
  const events = new DeletionEvents(admin);
  await pause(delayMs, signal);
  for (let round = 1; !signal.aborted; round++) {
    yield { kind: "round-begin", time: clock.now() };
    try {
      for await (const moved of events.since(options.fail))
        yield { kind: "deleted", time: clock.now(), moved };
      yield* groupsOfRound(admin, options);
    } catch (thrown) {
      // the next round may find everything in order again; the only one has nothing else to say
      if (rounds === 1) throw thrown;
      options.fail(thrown);
    }
    yield { kind: "round-end", time: clock.now() };
    if (round === rounds) return;
    await pause(intervalMs, signal);
  }
}

async function* groupsOfRound(
  admin: Admin,
  { clock, signal, fail }: MonitorOptions,
): AsyncGenerator<Finding> {
  const found = streamParallel(await groupNames(admin), async (group) => {
    if (signal.aborted) return [];
    return findingsOf(admin, group, clock).catch((thrown: unknown) => {
      if (!ORDINARY.has(codeOf(thrown))) fail(thrown);
      return [];
    });
  });
  for await (const findings of found) yield* findings;
}

/** A group that is offline has nothing to report. */
async function findingsOf(admin: Admin, group: string, clock: Clock): Promise<Finding[]> {
  const addresses = await brokersOfGroup(admin, group);
  const { connectionSet, consumeType } = await consumerConnection(admin, group, { addresses });
  const stats = await consumeStats(admin, group, { addresses }).catch((thrown: unknown) => {
    if (ORDINARY.has(codeOf(thrown))) return undefined;
    throw thrown;
  });
  const time = clock.now();
  const undone = await undoneOf(admin, group, stats?.queues ?? []);
  const findings: Finding[] = undone.map((one) => ({ kind: "undone", time, undone: one }));
  if (consumeType !== "CONSUME_PASSIVELY") return findings;
  const reports = await inParallel(connectionSet, ({ clientId, version }) =>
    runningInfo(admin, { group, clientId }, addresses).then(
      (info): ClientReport[] => [{ clientId, version: versionName(version), info }],
      () => [],
    ),
  );
  const diagnosis = await diagnose(admin, reports.flat(), clock.now());
  const isSound = diagnosis.isSubscriptionSame && diagnosis.problems.length === 0;
  if (!isSound) findings.push({ kind: "clients", time, consumerGroup: group, diagnosis });
  return findings;
}

/** Topic by topic, sorted. Upstream: computeUndoneMsgs. */
async function undoneOf(
  admin: Admin,
  consumerGroup: string,
  queues: readonly QueueProgress[],
): Promise<UndoneMessages[]> {
  const byTopic = new Map<string, QueueProgress[]>();
  for (const queue of queues)
    byTopic.set(queue.topic, [...(byTopic.get(queue.topic) ?? []), queue]);
  return inParallel([...byTopic], async ([topic, own]) => {
    const diffs = own.map((queue) => Math.max(0, queue.brokerOffset - queue.consumerOffset));
    const isBehind = diffs.some((diff) => diff > 0);
    return {
      consumerGroup,
      topic,
      total: diffs.reduce((sum, diff) => sum + diff, 0),
      singleQueue: Math.max(...diffs),
      delayMs: isBehind ? await delayOf(admin, topic, own) : 0,
    };
  });
}

async function delayOf(
  admin: Admin,
  topic: string,
  queues: readonly QueueProgress[],
): Promise<number> {
  const status = await topicStatus(admin, topic).catch(() => undefined);
  const newest = new Map(status?.queues.map((one) => [queueKey(one), one.lastUpdated]));
  const delays = queues
    .filter((queue) => queue.lastTimestamp > 0)
    .map((queue) => (newest.get(queueKey(queue)) ?? 0) - queue.lastTimestamp);
  return Math.max(0, ...delays);
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
