import { invokeBrokerToResetOffset } from "../../engine/protocol/requests/invoke-broker-to-reset-offset.js";
import type { Admin } from "./admin.js";
import { change } from "./change.js";
import { clusterInfo, replicasOf } from "./clusters.js";
import { type CommittedOffset, commitOffset, committedState } from "./offset-commit.js";
import { offsetAt, type ResetOutcome, resetsByItself } from "./offset-reset.js";

/** Where one queue is to be set to. */
export interface QueueReset {
  group: string;
  topic: string;
  queueId: number;
  /** Milliseconds, or `TO_THE_END`; not looked at with an offset. */
  time: number;
  offset: number | undefined;
}

/** Resets a group on one queue of one broker, to an offset or else to a time. Upstream: resetOffsetByQueueId. */
export async function resetOneQueue(
  admin: Admin,
  address: string,
  reset: QueueReset,
): Promise<ResetOutcome> {
  const { topic, queueId, time } = reset;
  const offset = reset.offset ?? (await offsetAt(admin, address, reset));
  const [brokerName] = await Promise.all([
    nameAt(admin, address),
    setOffset(admin, address, { ...reset, offset }),
  ]);
  return { how: "queue", time, queues: [{ topic, queueId, brokerName, offset }] };
}

/**
 * A broker that resets by itself also tells the clients. From any other the same request would set back all queues of
 * the topic to their beginning, which upstream risks: there the offset is committed and clients that are online may
 * commit theirs over it.
 */
export async function setOffset(
  admin: Admin,
  address: string,
  reset: CommittedOffset,
): Promise<void> {
  const { group, topic, queueId, offset } = reset;
  if (!(await resetsByItself(admin, address))) return commitOffset(admin, address, reset);
  await change(admin, address, invokeBrokerToResetOffset, {
    header: { topic, group, timestamp: 0, isForce: true, queueId, offset },
    read: () => committedState(admin, address, { group, topic, queueId }),
    wanted: { offset },
  });
}

/** The address, where the name server knows no broker of it. */
async function nameAt(admin: Admin, address: string): Promise<string> {
  const info = await clusterInfo(admin).catch(() => undefined);
  const known = info && replicasOf(info).find((one) => one.address === address);
  return known?.brokerName ?? address;
}
