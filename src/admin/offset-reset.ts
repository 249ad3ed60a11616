import { getConsumeStats } from "../../engine/protocol/requests/get-consume-stats.js";
import { invokeBrokerToResetOffset } from "../../engine/protocol/requests/invoke-broker-to-reset-offset.js";
import { searchOffsetByTimestamp } from "../../engine/protocol/requests/search-offset-by-timestamp.js";
import { updateConsumerOffset } from "../../engine/protocol/requests/update-consumer-offset.js";
import { getMaxOffset } from "../../engine/protocol/requests/get-max-offset.js";
import { ResponseCode } from "../../engine/protocol/response-codes.js";
import type { Admin } from "./admin.js";
import { codeOf } from "./explain.js";
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
  queues: ResetQueue[];
}

/** Resets a group on a topic, by its brokers or, where they want the group online and it is not, without them. */
export async function resetGroup(admin: Admin, reset: OffsetReset): Promise<ResetOutcome> {
  try {
    return { how: "brokers", time: reset.time, queues: await resetOffsets(admin, reset) };
  } catch (thrown) {
    if (codeOf(thrown) !== ResponseCode.CONSUMER_NOT_ONLINE) throw thrown;
    return { how: "offline", time: reset.time, queues: await resetOffline(admin, reset) };
  }
}

/** Resets a group on one queue, to an offset or else to a time. */
export async function resetQueueOf(
  admin: Admin,
  address: string,
  reset: {
    group: string;
    topic: string;
    queueId: number;
    time: number;
    offset: number | undefined;
  },
): Promise<ResetOutcome> {
  const { topic, queueId, time } = reset;
  const offset = reset.offset ?? (await offsetAt(admin, address, reset));
  await resetQueue(admin, address, { ...reset, offset });
  return { how: "queue", time, queues: [{ topic, queueId, brokerName: address, offset }] };
}

/** Lets every broker of the topic reset the group; the new offset of each queue, sorted. */
export async function resetOffsets(admin: Admin, reset: OffsetReset): Promise<ResetQueue[]> {
  const route = await topicRoute(admin, reset.routeTopic ?? reset.topic);
  const answers = await inParallel(routeAddresses(route), async (address) => {
    const header = {
      topic: reset.topic,
      group: reset.group,
      timestamp: reset.time,
      isForce: reset.force,
      offset: -1,
    };
    return (await admin.broker(address, invokeBrokerToResetOffset, header)).content();
  });
  return answers
    .flatMap(({ offsetTable }) => offsetTable)
    .map(({ queue, value }) => ({ ...queue, offset: value }))
    .sort(compareQueues);
}

/** Sets the group's offset on one queue of one broker, and tells the broker so that its clients notice. */
export async function resetQueue(
  admin: Admin,
  address: string,
  reset: { group: string; topic: string; queueId: number; offset: number },
): Promise<void> {
  const { group, topic, queueId, offset } = reset;
  await admin.broker(address, updateConsumerOffset, {
    consumerGroup: group,
    topic,
    queueId,
    commitOffset: offset,
  });
  const header = { topic, group, timestamp: 0, isForce: true, queueId, offset };
  // Brokers before 5.1 know no single queue here; the offset is set all the same, as upstream has it.
  await admin.broker(address, invokeBrokerToResetOffset, header).catch(() => undefined);
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

/** Resets a group that is offline at brokers that leave it to the tool. Upstream: resetOffsetByTimestampOld. */
export async function resetOffline(admin: Admin, reset: OffsetReset): Promise<OfflineResetQueue[]> {
  const { group, topic } = reset;
  const addresses = routeAddresses(await topicRoute(admin, reset.routeTopic ?? topic));
  const perBroker = await inParallel(addresses, async (address) => {
    const answer = await admin.broker(address, getConsumeStats, { consumerGroup: group, topic });
    return inParallel(answer.content().offsetTable, ({ queue, value }) =>
      resetOfflineQueue(admin, address, { reset, queue, ...value }),
    );
  });
  return perBroker.flat().sort(compareQueues);
}

async function resetOfflineQueue(
  admin: Admin,
  address: string,
  at: { reset: OffsetReset; queue: Queue; brokerOffset: number; consumerOffset: number },
): Promise<OfflineResetQueue> {
  const { reset, queue, brokerOffset, consumerOffset } = at;
  const { queueId } = queue;
  const timestampOffset = await offsetAt(admin, address, { ...reset, queueId });
  const moves = reset.force || timestampOffset <= consumerOffset;
  const offset = moves ? timestampOffset : consumerOffset;
  if (moves) {
    await admin.broker(address, updateConsumerOffset, {
      consumerGroup: reset.group,
      topic: reset.topic,
      queueId,
      commitOffset: timestampOffset,
    });
  }
  return { ...queue, brokerOffset, consumerOffset, timestampOffset, offset };
}
