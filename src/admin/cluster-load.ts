import type { Admin } from "./admin.js";
import { runtimeInfo } from "./brokers.js";
import { clusterInfo, type Replica, replicasOf } from "./clusters.js";
import { streamParallel } from "./parallel.js";

/** A queue of requests that wait for a thread: how many, and how long the first of them has. */
export interface WaitingRequests {
  /** "N" where the broker does not say. */
  size: string;
  waitMs: string;
}

/** Version, load and disk use of one broker address. Rates are per second over the last 10 seconds. */
export interface BrokerLoad extends Replica {
  /** Name of the version, empty when the broker did not answer. */
  version: string;
  active: boolean;
  inTps: number;
  outTps: number;
  sendQueue: WaitingRequests;
  pullQueue: WaitingRequests;
  ackQueue: WaitingRequests;
  timer: {
    readBehind: number;
    offsetBehind: number;
    congestCount: number;
    enqueueTps: number;
    dequeueTps: number;
  };
  pageCacheLockTimeMs: string;
  /** Hours since the oldest message. */
  hours: number;
  /** Used share of the commit log's disk, 0 … 1. */
  commitLogDiskRatio: number;
  inTotalYesterday: number;
  outTotalYesterday: number;
  inTotalToday: number;
  outTotalToday: number;
}

const HOUR_MS = 3_600_000;

/**
 * Load of every broker address, of one cluster when it is named (none when nobody has that name). A broker that does
 * not answer goes to `failed` and has a row of zeros.
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
  const number = (key: string): number => Number(info.get(key) ?? 0) || 0;
  const since = (later: string, earlier: string): number => number(later) - number(earlier);
  const oldest = number("earliestMessageTimeStamp");
  return {
    ...replica,
    version: info.get("brokerVersionDesc") ?? "",
    active: info.get("brokerActive") === "true",
    inTps: firstNumber(info.get("putTps")),
    // 4.x spells it with one r.
    outTps: firstNumber(info.get("getTransferredTps") ?? info.get("getTransferedTps")),
    sendQueue: waiting(info, "send", ""),
    pullQueue: waiting(info, "pull", ""),
    ackQueue: waiting(info, "ack", "N"),
    timer: {
      readBehind: number("timerReadBehind"),
      offsetBehind: number("timerOffsetBehind"),
      congestCount: number("timerCongestNum"),
      enqueueTps: number("timerEnqueueTps"),
      dequeueTps: number("timerDequeueTps"),
    },
    pageCacheLockTimeMs: info.get("pageCacheLockTimeMills") ?? "",
    hours: oldest > 0 ? (now - oldest) / HOUR_MS : 0,
    commitLogDiskRatio: number("commitLogDiskRatio"),
    inTotalYesterday: since("msgPutTotalTodayMorning", "msgPutTotalYesterdayMorning"),
    outTotalYesterday: since("msgGetTotalTodayMorning", "msgGetTotalYesterdayMorning"),
    inTotalToday: since("msgPutTotalTodayNow", "msgPutTotalTodayMorning"),
    outTotalToday: since("msgGetTotalTodayNow", "msgGetTotalTodayMorning"),
  };
}

function waiting(
  info: ReadonlyMap<string, string>,
  pool: string,
  unknown: string,
): WaitingRequests {
  return {
    size: info.get(`${pool}ThreadPoolQueueSize`) ?? unknown,
    waitMs: info.get(`${pool}ThreadPoolQueueHeadWaitTimeMills`) ?? unknown,
  };
}

/** `12.3 11.9 11.7` are rates over 10, 60 and 600 seconds; a young broker leaves the later ones out. */
function firstNumber(text: string | undefined): number {
  return Number((text ?? "").trim().split(" ", 1)[0]) || 0;
}
