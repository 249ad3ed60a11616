/** One un-acknowledged message, back to its group. Upstream: PopReviveService.reviveRetry. */
import { decodeRecord } from "../../message/decode.js";
import type { Message } from "../../message/message.js";
import { encodeProperties } from "../../message/properties.js";
import { PropertyName } from "../../message/property-names.js";
import { dlqTopic, RETRY_PREFIX } from "../../message/topic-names.js";
import { type BrokerContext, PERM_READ, PERM_WRITE } from "../broker-context.js";
import { type CheckPoint, reviveTimeOf } from "./check-point.js";
import { normalTopic, popRetryTopic } from "./pop-names.js";
import { isStored } from "./revive-log.js";

/** Copies of one message that are looked at to find out whether it was put back before. */
const COPIES = 64;

/**
 * Stores a message of a check point again: in the group's pop retry topic, or in its dead letter topic when the group
 * had it as often as retryMaxTimes allows. Resolves to whether nothing is left to do.
 */
export async function putBack(
  context: BrokerContext,
  point: CheckPoint,
  message: { offset: number; isRecovered: boolean },
): Promise<boolean> {
  const { topic, queueId } = point;
  const { records, status } = context.store.get({
    topic,
    queueId,
    queueOffset: message.offset,
    maxCount: 1,
  });
  const [record] = records;
  if (status !== "FOUND" || record === undefined) {
    const fields = { topic, queueId, queueOffset: message.offset, status };
    context.logger.warn("a popped message is gone and cannot come back", fields);
    return true;
  }
  const original = decodeRecord(record);
  // filters, gaps: the first record from there on may be another one
  if (original.queueOffset !== message.offset) return true;
  const target = targetOf(context, point, original);
  const isBack = message.isRecovered && isThere(context, original, { target: target.topic, point });
  if (isBack) return true;
  return store(context, original, { ...target, firstPopTime: point.popTime });
}

function targetOf(
  context: BrokerContext,
  { topic, consumerGroup }: CheckPoint,
  message: Message,
): { topic: string; isDead: boolean; group: string } {
  const { config, groups } = context;
  const limit = groups.get(consumerGroup)?.retryMaxTimes ?? -1;
  if (limit >= 0 && message.reconsumeTimes >= limit) {
    return { topic: dlqTopic(consumerGroup), isDead: true, group: consumerGroup };
  }
  const isRetry = topic.startsWith(RETRY_PREFIX);
  const retry = isRetry ? topic : popRetryTopic(topic, consumerGroup, config);
  return { topic: retry, isDead: false, group: consumerGroup };
}

/** Progress is written every few seconds only: after a crash the message may stand in its new place already. */
function isThere(
  { store }: BrokerContext,
  original: Message,
  { target: topic, point }: { target: string; point: CheckPoint },
): boolean {
  const key = original.uniqKey;
  if (key === undefined) return false;
  // not those that an earlier pop of the same message left
  const since = BigInt(reviveTimeOf(point));
  const { records } = store.query(topic, key, COPIES, since, 2n ** 62n);
  return records.some((bytes) => {
    const copy = decodeRecord(bytes);
    return (
      copy.topic === topic &&
      copy.uniqKey === key &&
      copy.storeTimestamp >= reviveTimeOf(point) &&
      copy.bornTimestamp === original.bornTimestamp &&
      copy.reconsumeTimes === original.reconsumeTimes + 1
    );
  });
}

function store(
  context: BrokerContext,
  original: Message,
  target: { topic: string; isDead: boolean; group: string; firstPopTime: number },
): Promise<boolean> {
  const { storeHost, stats } = context;
  const { topic } = target;
  addTopic(context, target);
  const properties = new Map(original.properties);
  if (original.reconsumeTimes === 0 || !properties.has(PropertyName.FIRST_POP_TIME)) {
    properties.set(PropertyName.FIRST_POP_TIME, String(target.firstPopTime));
  }
  if (target.isDead) {
    properties.set(PropertyName.DLQ_ORIGIN_TOPIC, normalTopic(original.topic, target.group));
    properties.set(PropertyName.DLQ_ORIGIN_MESSAGE_ID, original.messageId);
  }
  return new Promise((resolve) => {
    context.store.put(
      {
        topic,
        queueId: 0,
        body: original.storedBody,
        properties: encodeProperties(properties),
        flag: original.flag,
        sysFlag: original.sysFlag,
        bornTimestamp: original.bornTimestamp,
        bornHost: storeHost,
        storeHost,
        reconsumeTimes: original.reconsumeTimes + 1,
        preparedTransactionOffset: 0,
        waitStoreOk: true,
      },
      ({ status, size }) => {
        const isDone = isStored(status);
        if (isDone) stats.topicPut(topic, 0, 1, size);
        resolve(isDone);
      },
    );
  });
}

/** A group that has no offset in a retry topic yet begins at its first message. */
function addTopic(
  { topics, offsets }: BrokerContext,
  { topic, isDead, group }: { topic: string; isDead: boolean; group: string },
): void {
  if (topics.get(topic) !== undefined) return;
  topics.createInSendBack(topic, 1, { perm: PERM_READ | PERM_WRITE });
  if (!isDead && offsets.get(group, topic, 0) < 0) offsets.commit(group, topic, 0, 0);
}
