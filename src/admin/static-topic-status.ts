import type { TopicStatsTable } from "../../engine/protocol/bodies/topic-stats-table.js";
import type { LogicQueueMappingItem } from "../../engine/protocol/bodies/topic-queue-mapping.js";
import type { Admin } from "./admin.js";
import { queueKey } from "./queues.js";
import { logicalOffset } from "./static-topic-plan.js";
import { findTopicConfig } from "./topic-config.js";
import type { QueueStatus } from "./topics.js";

/** Stands for the brokers of a static topic, whose queues clients see as one broker's. Upstream: getMockBrokerName. */
export function logicalBroker(scope: string): string {
  return `__syslo__${scope.replace(/^__/, "")}`;
}

/** Bounds of the logical queues of a static topic, from those of the physical ones. Upstream: convertPhysicalTopicStats. */
export async function logicalStatus(
  admin: Admin,
  topic: string,
  brokers: readonly { address: string; stats: TopicStatsTable }[],
): Promise<QueueStatus[]> {
  const physical = new Map(
    brokers.flatMap(({ stats }) =>
      stats.offsetTable.map(({ queue, value }) => [queueKey(queue), value] as const),
    ),
  );
  const at = ({ bname: brokerName = "", queueId }: LogicQueueMappingItem) =>
    physical.get(queueKey({ topic, brokerName, queueId }));
  const found: QueueStatus[] = [];
  for (const { address } of brokers) {
    const detail = (await findTopicConfig(admin, address, topic))?.mappingDetail;
    for (const [queueId, items] of detail?.hostedQueues ?? []) {
      const known = items.filter(({ logicOffset }) => logicOffset >= 0);
      const [first, last] = [known[0], known.at(-1)];
      if (first === undefined || last === undefined) continue;
      if (items.at(-1)?.bname !== detail?.bname) continue;
      const [begin, end] = [at(first), at(last)];
      if (begin === undefined || end === undefined) continue;
      found.push({
        topic,
        brokerName: logicalBroker(detail?.scope ?? ""),
        queueId,
        minOffset: logicalOffset(first, begin.minOffset),
        maxOffset: logicalOffset(last, end.maxOffset),
        lastUpdated: end.lastUpdateTimestamp,
      });
    }
  }
  return found;
}
