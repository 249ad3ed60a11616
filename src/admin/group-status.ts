import type { ConsumerRunningInfo } from "../../engine/protocol/bodies/consumer-running-info.js";
import { versionName } from "../../engine/protocol/versions.js";
import type { Admin } from "./admin.js";
import { brokersOfGroup, consumerConnection, runningInfo } from "./consumers.js";
import { inParallel } from "./parallel.js";
import { compareQueues, compareTexts, type Queue, queueKey, queueText } from "./queues.js";
import { findTopicRoute } from "./topics.js";

/** A client of a group with what it says about itself. */
export interface ClientReport {
  clientId: string;
  /** Such as V5_3_3; undefined when neither broker nor client says it. */
  version: string | undefined;
  info: ConsumerRunningInfo;
}

/** A queue on which something seems to be wrong, and at whom. */
export interface QueueProblem extends Queue {
  /** Undefined: at nobody. */
  clientId: string | undefined;
  problem: "not-locked" | "not-unlocked" | "blocked" | "read-by-nobody" | "read-twice";
  /** Milliseconds since it last went well; attempts of `not-unlocked`. */
  amount: number | undefined;
}

/** What the reports of a group's clients say together. */
export interface GroupDiagnosis {
  isSubscriptionSame: boolean;
  /** Undefined where it cannot be judged: the clients differ in what they want. */
  isRebalanceOk: boolean | undefined;
  problems: QueueProblem[];
}

/** A client that has just begun may not have told anybody yet. */
const A_WHILE_MS = 120_000;
const BLOCKED_MS = 60_000;

/** Asks each client of a group, or one of them; who does not answer goes to `fail`. */
export async function groupReports(
  admin: Admin,
  group: string,
  asked: { brokerAddr: string | undefined; jstack: boolean; fail: (thrown: unknown) => void },
): Promise<ClientReport[]> {
  const { brokerAddr, jstack, fail } = asked;
  const addresses = brokerAddr === undefined ? await brokersOfGroup(admin, group) : [brokerAddr];
  const { connectionSet } = await consumerConnection(admin, group, { addresses, fail });
  const sorted = [...connectionSet].sort((a, b) => compareTexts(a.clientId, b.clientId));
  const reports = await inParallel(sorted, ({ clientId, version }) =>
    runningInfo(admin, { group, clientId, jstack }, addresses).then(
      (info): ClientReport[] => [{ clientId, version: versionName(version), info }],
      (thrown: unknown) => {
        fail(thrown);
        return [];
      },
    ),
  );
  return reports.flat();
}

/** One client of a group. */
export async function clientReport(
  admin: Admin,
  group: string,
  asked: { clientId: string; brokerAddr: string | undefined; jstack: boolean },
): Promise<ClientReport> {
  const { clientId, brokerAddr, jstack } = asked;
  const addresses = brokerAddr === undefined ? undefined : [brokerAddr];
  const info = await runningInfo(admin, { group, clientId, jstack }, addresses);
  return { clientId, version: info.properties["PROP_CLIENT_VERSION"], info };
}

/**
 * Judges the clients of a group together. Upstream: ConsumerRunningInfo.analyze…, whose look at the rebalance always
 * finds it in order; here each queue of a clustering group must be read by one client.
 */
export async function diagnose(
  admin: Admin,
  reports: readonly ClientReport[],
  now: number,
): Promise<GroupDiagnosis> {
  const isSubscriptionSame = hasSameSubscription(reports, now);
  if (!isSubscriptionSame) return { isSubscriptionSame, isRebalanceOk: undefined, problems: [] };
  const misplaced = await misplacedQueues(admin, reports, now);
  const problems = reports.flatMap((report) => queueProblems(report, now));
  return {
    isSubscriptionSame,
    isRebalanceOk: misplaced.length === 0,
    problems: [...problems, ...misplaced],
  };
}

/** The line that upstream has for a problem; those of the rebalance in the same manner. */
export function problemText(found: QueueProblem): string {
  const { clientId, problem, amount } = found;
  const at = `${clientId} ${queueText(found)}`;
  switch (problem) {
    case "not-locked":
      return `${at} can't lock for a while, ${amount}ms`;
    case "not-unlocked":
      return `${at} unlock ${amount} times, still failed`;
    case "blocked":
      return `${at} can't consume for a while, maybe blocked, ${amount}ms`;
    case "read-twice":
      return `${at} is read by another client as well`;
    case "read-by-nobody":
      return `${queueText(found)} is read by nobody`;
  }
}

/** Push consumers that began a while ago must want the same, and something. Upstream: analyzeSubscription. */
function hasSameSubscription(reports: readonly ClientReport[], now: number): boolean {
  const [first] = reports;
  if (first === undefined || !isPush(first) || !beganAWhileAgo(first, now)) return true;
  const wanted = subscriptionsOf(first);
  return wanted !== "" && reports.every((report) => subscriptionsOf(report) === wanted);
}

function subscriptionsOf({ info }: ClientReport): string {
  const texts = info.subscriptionSet.map(({ topic, subString }) => `${topic}@${subString}`);
  return texts.sort(compareTexts).join("\n");
}

/** Upstream: analyzeProcessQueue. */
function queueProblems(report: ClientReport, now: number): QueueProblem[] {
  if (!isPush(report)) return [];
  const { clientId, info } = report;
  const isOrdered = info.properties["PROP_CONSUMEORDERLY"]?.toLowerCase() === "true";
  const sorted = [...info.mqTable].sort((a, b) => compareQueues(a.queue, b.queue));
  return sorted.flatMap(({ queue, value }): QueueProblem[] => {
    const found = (problem: QueueProblem["problem"], amount: number): QueueProblem[] => [
      { ...queue, clientId, problem, amount },
    ];
    if (isOrdered && !value.locked) return found("not-locked", now - value.lastLockTimestamp);
    if (isOrdered)
      return value.dropped && value.tryUnlockTimes > 0
        ? found("not-unlocked", value.tryUnlockTimes)
        : [];
    const quietMs = now - value.lastConsumeTimestamp;
    return quietMs > BLOCKED_MS && value.cachedMsgCount > 0 ? found("blocked", quietMs) : [];
  });
}

/** Queues of a clustering group that nobody reads, or more than one client. */
async function misplacedQueues(
  admin: Admin,
  reports: readonly ClientReport[],
  now: number,
): Promise<QueueProblem[]> {
  if (!reports.every((report) => isSettled(report, now))) return [];
  const readers = new Map<string, string[]>();
  for (const { clientId, info } of reports) {
    for (const { queue, value } of info.mqTable) {
      if (value.dropped) continue;
      const key = queueKey(queue);
      readers.set(key, [...(readers.get(key) ?? []), clientId]);
    }
  }
  const topics = reports[0]?.info.subscriptionSet.map(({ topic }) => topic) ?? [];
  const queues = (await inParallel(topics, (topic) => queuesOf(admin, topic))).flat();
  return queues.sort(compareQueues).flatMap((queue): QueueProblem[] => {
    const [first, second] = readers.get(queueKey(queue)) ?? [];
    if (first === undefined)
      return [{ ...queue, clientId: undefined, problem: "read-by-nobody", amount: undefined }];
    if (second === undefined) return [];
    return [{ ...queue, clientId: first, problem: "read-twice", amount: undefined }];
  });
}

/** Whether a client shares queues with others by the usual rules, and had time to. */
function isSettled(report: ClientReport, now: number): boolean {
  const { messageModel } = report.info.properties;
  if (!isPush(report) || messageModel !== "CLUSTERING") return false;
  return report.info.mqPopTable.length === 0 && beganAWhileAgo(report, now);
}

async function queuesOf(admin: Admin, topic: string): Promise<Queue[]> {
  const route = await findTopicRoute(admin, topic).catch(() => undefined);
  return (route?.queueDatas ?? []).flatMap(({ brokerName, readQueueNums, perm }) =>
    Array.from({ length: (perm & READABLE) === 0 ? 0 : readQueueNums }, (_, queueId) => ({
      topic,
      brokerName,
      queueId,
    })),
  );
}

const READABLE = 4;

function isPush({ info }: ClientReport): boolean {
  return info.properties["PROP_CONSUME_TYPE"] === "CONSUME_PASSIVELY";
}

function beganAWhileAgo({ info }: ClientReport, now: number): boolean {
  return now - Number(info.properties["PROP_CONSUMER_START_TIMESTAMP"] ?? now) > A_WHILE_MS;
}
