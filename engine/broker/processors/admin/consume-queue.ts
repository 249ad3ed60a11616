/** Entries of one consume queue. Upstream: AdminBrokerProcessor.queryConsumeQueue. */
import type { QueryConsumeQueueBody } from "../../../protocol/bodies/query-consume-queue-body.js";
import { queryConsumeQueue } from "../../../protocol/requests/query-consume-queue.js";
import { ResponseCode } from "../../../protocol/response-codes.js";
import type { Dispatcher } from "../../../remoting/api.js";
import type { BrokerContext } from "../../broker-context.js";

/** Entries that one answer may hold, whatever count was asked for. */
const MOST_ENTRIES = 100_000;

export function registerConsumeQueue(dispatcher: Dispatcher, context: BrokerContext): void {
  dispatcher.register(queryConsumeQueue, ({ header }) => {
    const { topic = "", queueId = 0, index = 0, count = 0 } = header;
    const { store } = context;
    if (store.queues().get(topic)?.includes(queueId) !== true) {
      return { code: ResponseCode.SYSTEM_ERROR, remark: `${queueId}@${topic} is not exist!` };
    }
    const max = store.maxOffset(topic, queueId);
    const min = store.minOffset(topic, queueId);
    if (index < min || index >= max) {
      return { remark: `Index ${index} of ${queueId}@${topic} is not exist!` };
    }
    const end = Math.min(max, index + Math.min(count, MOST_ENTRIES));
    return {
      content: {
        ...consumerOf(context, topic, header.consumerGroup),
        maxQueueIndex: max,
        minQueueIndex: min,
        queueData: entriesOf(context, { topic, queueId }, { index, end }),
      },
    };
  });
}

/** What the group would take of the queue. */
function consumerOf(
  { clients, filters }: BrokerContext,
  topic: string,
  group: string | undefined,
): Pick<QueryConsumeQueueBody, "filterData" | "subscriptionData"> {
  if (group === undefined) return {};
  const subscriptionData = clients.consumerGroup(group)?.subscriptions.get(topic);
  if (subscriptionData === undefined) return { filterData: `${group}@${topic} is not online!` };
  return { subscriptionData, filterData: filters.textOf(topic, group) };
}

function entriesOf(
  { store }: BrokerContext,
  { topic, queueId }: { topic: string; queueId: number },
  { index, end }: { index: number; end: number },
): QueryConsumeQueueBody["queueData"] {
  const entries: QueryConsumeQueueBody["queueData"] = [];
  for (let at = index; at < end; at++) {
    const entry = store.entry(topic, queueId, at);
    if (entry === undefined) break;
    const { physicalOffset, size, tagsCode } = entry;
    entries.push({
      eval: false,
      physicOffset: physicalOffset,
      physicSize: size,
      tagsCode: BigInt(tagsCode),
    });
  }
  return entries;
}
