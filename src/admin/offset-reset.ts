import { getConsumerConnectionList } from "../../engine/protocol/requests/get-consumer-connection-list.js";
import { getConsumeStats } from "../../engine/protocol/requests/get-consume-stats.js";
import { getMaxOffset } from "../../engine/protocol/requests/get-max-offset.js";
import { invokeBrokerToResetOffset } from "../../engine/protocol/requests/invoke-broker-to-reset-offset.js";
import { searchOffsetByTimestamp } from "../../engine/protocol/requests/search-offset-by-timestamp.js";
import { ResponseCode } from "../../engine/protocol/response-codes.js";
import type { Admin } from "./admin.js";
import { brokerConfig } from "./brokers.js";
import { change, NotAppliedError, onEach } from "./change.js";
import { codeOf } from "./explain.js";
import { commitOffset } from "./offset-commit.js";
import { inParallel } from "./parallel.js";
import { compareQueues, type Queue } from "./queues.js";
import { routeAddresses, topicRoute } from "./topics.js";

/** Resets to the end of each queue. */
export const TO_THE_END = -1;

/** What to move: a group's offsets on a topic to a time in milliseconds, `TO_THE_END` or, forced or not, only back. */
export interface OffsetReset {
  group: string;
  topic: string;
  time: number;
  /** False: an offset only moves back. Brokers that reset by themselves ignore it. */
  force: boolean;
  /** Finds the brokers in place of the topic: a cluster's name, or the parent of a light topic. */
  routeTopic?: string | undefined;
  /** The clients are C++ ones, which brokers tell in another form. */
  isCpp?: boolean;
  /** Hears that some brokers did not do it. */
  fail: (thrown: unknown) => void;
}

export interface ResetQueue extends Queue {
  /** Where the group goes on. */
  offset: number;
}

/** One queue of a reset done by the tool itself, because the group is offline. */
export interface OfflineResetQueue extends ResetQueue {
  brokerOffset: number;
  consumerOffset: number;
  /** What was found for the time. */
  timestampOffset: number;
}

/** `brokers` did it themselves, the tool did it for an `offline` group, or it was one `queue` only. */
export interface ResetOutcome {
  how: "brokers" | "offline" | "queue";
  time: number;
  queues: (ResetQueue | OfflineResetQueue)[];
}

/**
 * Resets a group on a topic, by its brokers or, where they want the group online and it is not, without them. Every
 * broker of the topic is asked; queues come back sorted.
 */
export async function resetGroup(admin: Admin, reset: OffsetReset): Promise<ResetOutcome> {
  const { time, fail } = reset;
  const addresses = routeAddresses(await topicRoute(admin, reset.routeTopic ?? reset.topic));
  const offlineAt: string[] = [];
  const resetAt = async (address: string): Promise<ResetQueue[]> => {
    try {
      return await resetByBroker(admin, address, reset);
    } catch (thrown) {
      if (codeOf(thrown) !== ResponseCode.CONSUMER_NOT_ONLINE) throw thrown;
      offlineAt.push(address);
      return [];
    }
  };
  const nameOf = (address: string): string => address;
  const queues = (await onEach(addresses, resetAt, { nameOf, fail })).flat();
  if (offlineAt.length === 0) return { how: "brokers", time, queues: queues.sort(compareQueues) };
  const offline = await onEach(addresses, (address) => resetOffline(admin, address, reset), {
    nameOf,
    fail,
  });
  return { how: "offline", time, queues: offline.flat().sort(compareQueues) };
}

/** Whether a broker sets offsets by itself, whoever is online. Brokers before 5.1 cannot. */
export async function resetsByItself(admin: Admin, address: string): Promise<boolean> {
  const config = await brokerConfig(admin, address).catch(() => undefined);
  return config?.get("useServerSideResetOffset") === "true";
}

/** Offset of the first message of a queue stored at a time (ms) or later; the end for `TO_THE_END`. */
export async function offsetAt(
  admin: Admin,
  address: string,
  at: { topic: string; queueId: number; time: number },
): Promise<number> {
  const { topic, queueId, time } = at;
  if (time === TO_THE_END)
    return (await admin.broker(address, getMaxOffset, { topic, queueId })).header.offset;
  const header = { topic, queueId, timestamp: BigInt(time) };
  return (await admin.broker(address, searchOffsetByTimestamp, header)).header.offset;
}

async function resetByBroker(
  admin: Admin,
  address: string,
  reset: OffsetReset,
): Promise<ResetQueue[]> {
  const { topic, group, time: timestamp, force: isForce } = reset;
  const header = { topic, group, timestamp, isForce, offset: -1 };
  const options = reset.isCpp === true ? { options: { language: "CPP" } } : {};
  const planned = admin.rehearsal === undefined ? {} : await expected(admin, address, reset);
  const answer = await change(admin, address, invokeBrokerToResetOffset, {
    header,
    ...options,
    ...planned,
  });
  const queues = answer
    .content()
    .offsetTable.map(({ queue, value }) => ({ ...queue, offset: value }));
  if (admin.rehearsal === undefined) await readBack(admin, address, { reset, queues });
  return queues;
}

/** What a broker would do, as far as that can be told beforehand; refused as it would be. */
async function expected(
  admin: Admin,
  address: string,
  reset: OffsetReset,
): Promise<Pick<Parameters<typeof change>[3], "read" | "wanted"> & { assumed: never }> {
  const isServerSide = await resetsByItself(admin, address);
  if (!isServerSide) await admin.broker(address, getConsumerConnectionList, online(reset));
  const progress = await progressAt(admin, address, reset).catch(() => []);
  const sorted = [...progress].sort((a, b) => a.queue.queueId - b.queue.queueId);
  const moves = await inParallel(sorted, async ({ queue, value }) => {
    const target = await offsetAt(admin, address, { ...reset, queueId: queue.queueId });
    const moves = isServerSide || reset.force || target < value.consumerOffset;
    return { queue, before: value.consumerOffset, after: moves ? target : value.consumerOffset };
  });
  const stateOf = (pick: (move: (typeof moves)[number]) => number) =>
    Object.fromEntries(moves.map((move) => [`queue ${move.queue.queueId}`, pick(move)]));
  const offsetTable = moves.map(({ queue, after }) => ({ queue, value: after }));
  return {
    read: async () => stateOf(({ before }) => before),
    wanted: stateOf(({ after }) => after),
    assumed: { content: { offsetTable } } as never,
  };
}

/** Offsets of a group that is online move on at once: only those of one that is not can be compared. */
async function readBack(
  admin: Admin,
  address: string,
  { reset, queues }: { reset: OffsetReset; queues: readonly ResetQueue[] },
): Promise<void> {
  const isOnline = await admin.broker(address, getConsumerConnectionList, online(reset)).then(
    () => true,
    (thrown: unknown) => codeOf(thrown) !== ResponseCode.CONSUMER_NOT_ONLINE,
  );
  if (isOnline) return;
  const found = await progressAt(admin, address, reset).catch(() => []);
  const offsets = new Map(found.map(({ queue, value }) => [queue.queueId, value.consumerOffset]));
  const wrong = queues
    .filter(({ queueId, offset }) => offset !== (offsets.get(queueId) ?? offset))
    .map(
      ({ queueId, offset }) =>
        `queue ${queueId} reads back as ${offsets.get(queueId)} where ${offset} was wanted`,
    );
  if (wrong.length > 0) {
    const { name } = invokeBrokerToResetOffset;
    throw new NotAppliedError(`broker ${address}`, name, wrong.join(", "));
  }
}

/** Resets a group that is offline at a broker that leaves it to the tool. Upstream: resetOffsetByTimestampOld. */
async function resetOffline(
  admin: Admin,
  address: string,
  reset: OffsetReset,
): Promise<OfflineResetQueue[]> {
  const { group, topic, force } = reset;
  const progress = await progressAt(admin, address, reset);
  const resetOne = async ({ queue, value }: (typeof progress)[number]) => {
    const { queueId } = queue;
    const { brokerOffset, consumerOffset } = value;
    const timestampOffset = await offsetAt(admin, address, { ...reset, queueId });
    const moves = force || timestampOffset <= consumerOffset;
    if (moves)
      await commitOffset(admin, address, { group, topic, queueId, offset: timestampOffset });
    const offset = moves ? timestampOffset : consumerOffset;
    return { ...queue, brokerOffset, consumerOffset, timestampOffset, offset };
  };
  // one after the other: brokers of 4.x lose offsets when the first ones of a group come at the same time
  return inParallel(progress, resetOne, 1);
}

async function progressAt(
  admin: Admin,
  address: string,
  { group, topic }: { group: string; topic: string },
) {
  const header = { consumerGroup: group, topic };
  return (await admin.broker(address, getConsumeStats, header)).content().offsetTable;
}

function online({ group }: { group: string }): { consumerGroup: string } {
  return { consumerGroup: group };
}
