import { getBrokerConsumeStats } from "../../engine/protocol/requests/get-broker-consume-stats.js";
import type { Admin } from "./admin.js";
import { compareQueues, type Queue } from "./queues.js";

/** How far a group is on one queue of one broker. Offsets are entry numbers. */
export interface GroupLag extends Queue {
  group: string;
  brokerOffset: number;
  consumerOffset: number;
  diff: number;
  /** Store time of the last consumed message in milliseconds; 0 when none was. */
  lastTimestamp: number;
}

/** Every group of a broker, in its order; `total` is the broker's own sum of all differences. */
export async function brokerLag(
  admin: Admin,
  address: string,
  { isOrder, timeoutMs }: { isOrder: boolean; timeoutMs: number },
): Promise<{ rows: GroupLag[]; total: number }> {
  const answer = await admin.broker(address, getBrokerConsumeStats, { isOrder }, { timeoutMs });
  const { consumeStatsList, totalDiff } = answer.content();
  const rows = consumeStatsList
    .flatMap((groups) => [...groups])
    .flatMap(([group, perTopic]) =>
      perTopic.flatMap(({ offsetTable }) =>
        [...offsetTable]
          .sort((a, b) => compareQueues(a.queue, b.queue))
          .map(({ queue, value }) => ({
            topic: queue.topic,
            group,
            brokerName: queue.brokerName,
            queueId: queue.queueId,
            brokerOffset: value.brokerOffset,
            consumerOffset: value.consumerOffset,
            diff: value.brokerOffset - value.consumerOffset,
            lastTimestamp: value.lastTimestamp,
          })),
      ),
    );
  return { rows, total: totalDiff };
}
