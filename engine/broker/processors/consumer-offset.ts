/** QUERY_CONSUMER_OFFSET 14, UPDATE_CONSUMER_OFFSET 15. Upstream: ConsumerManageProcessor (5.3.3). */
import { queryConsumerOffset } from "../../protocol/requests/query-consumer-offset.js";
import { updateConsumerOffset } from "../../protocol/requests/update-consumer-offset.js";
import { ResponseCode } from "../../protocol/response-codes.js";
import type { Dispatcher } from "../../remoting/api.js";
import type { BrokerContext } from "../broker-context.js";

export function registerConsumerOffset(dispatcher: Dispatcher, context: BrokerContext): void {
  const { offsets, release } = context;
  dispatcher.register(queryConsumerOffset, ({ header }) => {
    const { consumerGroup, topic, queueId, setZeroIfNotFound = true } = header;
    const offset = knownOffset(context, consumerGroup, topic, queueId);
    if (offset >= 0) return { header: { offset } };
    if (!setZeroIfNotFound) {
      return notFound("Not found, do not set to zero, maybe this group boot first");
    }
    if (startsAtZero(context, topic, queueId)) return { header: { offset: 0 } };
    return notFound("Not found, V3_0_6_SNAPSHOT maybe this group consumer boot first");
  });
  dispatcher.register(updateConsumerOffset, ({ header }) => {
    const { consumerGroup, topic, queueId, commitOffset } = header;
    const stranger = release.checksCommits ? strangerRefusal(context, header) : undefined;
    if (stranger !== undefined) return stranger;
    if (isResetPending(context, consumerGroup, topic, queueId)) {
      return { remark: "Offset has been previously reset" };
    }
    offsets.commit(consumerGroup, topic, queueId, commitOffset);
    return {};
  });
}

/** Offsets are for groups and topics that exist. */
function strangerRefusal(
  { groups, topics }: BrokerContext,
  { consumerGroup, topic }: { consumerGroup: string; topic: string },
): { code: number; remark: string } | undefined {
  if (!groups.has(consumerGroup)) {
    const remark = `Group ${consumerGroup} not exist!`;
    return { code: ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST, remark };
  }
  return topics.get(topic) === undefined
    ? { code: ResponseCode.TOPIC_NOT_EXIST, remark: `Topic ${topic} not exist!` }
    : undefined;
}

/** A reset that the consumer has not heard of yet goes before what is committed. */
function knownOffset(
  context: BrokerContext,
  group: string,
  topic: string,
  queueId: number,
): number {
  const { offsets, config } = context;
  const reset = config.useServerSideResetOffset
    ? offsets.pendingReset(group, topic, queueId)
    : undefined;
  return reset ?? offsets.get(group, topic, queueId);
}

function isResetPending(
  context: BrokerContext,
  group: string,
  topic: string,
  queueId: number,
): boolean {
  const { offsets, config } = context;
  return (
    config.useServerSideResetOffset && offsets.pendingReset(group, topic, queueId) !== undefined
  );
}

/** A queue that is still whole and young: a new group begins with its first message. */
function startsAtZero({ store }: BrokerContext, topic: string, queueId: number): boolean {
  return store.minOffset(topic, queueId) <= 0 && store.isInMemory(topic, queueId, 0);
}

function notFound(remark: string): { code: number; remark: string } {
  return { code: ResponseCode.QUERY_NOT_FOUND, remark };
}
