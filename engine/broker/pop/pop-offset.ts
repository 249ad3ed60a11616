/** Where a group's pops of a queue go on. Upstream: PopMessageProcessor.getPopOffset, getInitOffset. */
import { RETRY_PREFIX } from "../../message/topic-names.js";
import type { BrokerContext } from "../broker-context.js";
import type { QueueOfGroup } from "./consumer-order-info.js";

/** ConsumeInitMode: 0 is the beginning of the queue, 1 its end. */
const INIT_MIN = 0;

/** The committed offset; for a group without one that of `initMode`, which counts as committed then. */
export function popOffset(
  { config, offsets, store }: Pick<BrokerContext, "config" | "offsets" | "store">,
  { topic, group, queueId }: QueueOfGroup,
  initMode: number,
): number {
  const committed = offsets.get(group, topic, queueId);
  if (committed >= 0) return committed;
  const minOffset = store.minOffset(topic, queueId);
  let initial = minOffset;
  if (initMode !== INIT_MIN && !topic.startsWith(RETRY_PREFIX)) {
    const isSmall =
      config.initPopOffsetByCheckMsgInMem && minOffset <= 0 && store.isInMemory(topic, queueId, 0);
    initial = isSmall ? 0 : Math.max(0, store.maxOffset(topic, queueId) - 1);
  }
  offsets.commit(group, topic, queueId, initial);
  return initial;
}

/** The offset without settling it: a group without one is at the beginning. */
export function peekOffset(
  { offsets, store }: Pick<BrokerContext, "offsets" | "store">,
  { topic, group, queueId }: QueueOfGroup,
): number {
  const committed = offsets.get(group, topic, queueId);
  return committed >= 0 ? committed : store.minOffset(topic, queueId);
}
