import type { Admin } from "./admin.js";
import { runtimeInfo } from "./brokers.js";
import { clusterInfo, type Replica, replicasOf } from "./clusters.js";
import { streamParallel } from "./parallel.js";

/** A queue of requests that wait for a thread: how many, and how long the first of them has; null is unknown. */
export interface WaitingRequests {
  size: number | null;
  waitMs: number | null;
}

/**
 * Version, load and disk use of one broker address. Rates are per second over the last 10 seconds. What a broker does
 * not say is null, all of it when it did not answer.
 */
export interface BrokerLoad extends Replica {
  version: string | null;
  active: boolean | null;
  inTps: number | null;
  outTps: number | null;
  sendQueue: WaitingRequests;
  pullQueue: WaitingRequests;
  ackQueue: WaitingRequests;
  timer: {
    readBehind: number | null;
    offsetBehind: number | null;
    congestCount: number | null;
    enqueueTps: number | null;
    dequeueTps: number | null;
  };
  pageCacheLockTimeMs: number | null;
  /** Store time of the oldest message, milliseconds; null when there is none. */
  oldestMessageMs: number | null;
  /** Hours since then, at the time of asking, as upstream shows them: since 1970 where there is no message. */
  hours: number | null;
  /** Used share of the commit log's disk, 0 … 1. */
  commitLogDiskRatio: number | null;
  inTotalYesterday: number | null;
  outTotalYesterday: number | null;
  inTotalToday: number | null;
  outTotalToday: number | null;
}

const HOUR_MS = 3_600_000;

/**
 * Load of every broker address, of one cluster when it is named (none when nobody has that name). A broker that does
 * not answer goes to `failed` and has a row that knows nothing.
 */
export async function* clusterLoad(
  admin: Admin,
  options: { cluster: string | undefined; failed: (thrown: unknown) => void; now: () => number },
): AsyncGenerator<BrokerLoad> {
  const replicas = replicasOf(await clusterInfo(admin), options.cluster);
  yield* streamParallel(replicas, async (replica) => {
    try {
      return loadOf(replica, await runtimeInfo(admin, replica.address), options.now());
    } catch (thrown) {
      options.failed(thrown);
      return loadOf(replica, new Map(), options.now());
    }
  });
}

/** The columns of a broker's counters. Upstream: ClusterListSubCommand. */
export function loadOf(
  replica: Replica,
  info: ReadonlyMap<string, string>,
  now: number,
): BrokerLoad {
  const number = (key: string): number | null => numberOf(info.get(key));
  const since = (later: string, earlier: string): number | null => {
    const [end, begin] = [number(later), number(earlier)];
    return end === null || begin === null ? null : end - begin;
  };
  const oldest = number("earliestMessageTimeStamp");
  const oldestMessageMs = oldest !== null && oldest > 0 ? oldest : null;
  return {
    ...replica,
    version: info.get("brokerVersionDesc") ?? null,
    active: truthOf(info.get("brokerActive")),
    inTps: firstNumber(info.get("putTps")),
    // 4.x spells it with one r.
    outTps: firstNumber(info.get("getTransferredTps") ?? info.get("getTransferedTps")),
    sendQueue: waiting(info, "send"),
    pullQueue: waiting(info, "pull"),
    ackQueue: waiting(info, "ack"),
    timer: {
      readBehind: number("timerReadBehind"),
      offsetBehind: number("timerOffsetBehind"),
      congestCount: number("timerCongestNum"),
      enqueueTps: number("timerEnqueueTps"),
      dequeueTps: number("timerDequeueTps"),
    },
    pageCacheLockTimeMs: number("pageCacheLockTimeMills"),
    oldestMessageMs,
    hours: oldest === null ? null : (now - oldest) / HOUR_MS,
    commitLogDiskRatio: number("commitLogDiskRatio"),
    inTotalYesterday: since("msgPutTotalTodayMorning", "msgPutTotalYesterdayMorning"),
    outTotalYesterday: since("msgGetTotalTodayMorning", "msgGetTotalYesterdayMorning"),
    inTotalToday: since("msgPutTotalTodayNow", "msgPutTotalTodayMorning"),
    outTotalToday: since("msgGetTotalTodayNow", "msgGetTotalTodayMorning"),
  };
}

function waiting(info: ReadonlyMap<string, string>, pool: string): WaitingRequests {
  return {
    size: numberOf(info.get(`${pool}ThreadPoolQueueSize`)),
    waitMs: numberOf(info.get(`${pool}ThreadPoolQueueHeadWaitTimeMills`)),
  };
}

function truthOf(text: string | undefined): boolean | null {
  return text === undefined ? null : text === "true";
}

function numberOf(text: string | undefined): number | null {
  if (text === undefined || text.trim() === "") return null;
  const number = Number(text);
  return Number.isNaN(number) ? null : number;
}

/** `12.3 11.9 11.7` are rates over 10, 60 and 600 seconds; a young broker leaves the later ones out. */
function firstNumber(text: string | undefined): number | null {
  return numberOf((text ?? "").trim().split(" ", 1)[0]);
}
