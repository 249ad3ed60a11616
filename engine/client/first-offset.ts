/** Where a consumer begins with a queue it has no offset of. Upstream: RebalancePushImpl.computePullFromWhere. */
import { isRetryTopic } from "../message/topic-names.js";
import type { ConsumeFromWhere } from "../protocol/bodies/consumer-enums.js";
import type { Client } from "./client.js";
import type { MessageQueue } from "./message-queue.js";
import type { OffsetStore } from "./offset-store.js";
import { maxOffset, offsetByTime } from "./queue-offsets.js";

export interface StartingPoint {
  consumeFromWhere: ConsumeFromWhere;
  /** For CONSUME_FROM_TIMESTAMP: milliseconds. */
  consumeTimestamp: number;
}

/** The stored offset when there is one, whatever the starting point says. Rejects when the broker cannot be asked. */
export async function firstOffset(
  client: Client,
  queue: MessageQueue,
  how: StartingPoint & { offsets: OffsetStore },
): Promise<number> {
  const stored = await how.offsets.stored(queue);
  if (stored !== undefined) return stored;
  switch (how.consumeFromWhere) {
    case "CONSUME_FROM_FIRST_OFFSET":
      // the broker corrects it when the queue begins later
      return 0;
    case "CONSUME_FROM_TIMESTAMP":
      return isRetryTopic(queue.topic)
        ? maxOffset(client, queue)
        : offsetByTime(client, queue, how.consumeTimestamp);
    default:
      return isRetryTopic(queue.topic) ? 0 : maxOffset(client, queue);
  }
}
