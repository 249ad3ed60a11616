/** Delayed records on their way to the topic they were sent to. Upstream: ScheduleMessageService.messageTimeUp. */
import { decodeRecord } from "../../message/decode.js";
import type { Message } from "../../message/message.js";
import { encodeProperties } from "../../message/properties.js";
import { PropertyName } from "../../message/property-names.js";
import { SystemTopic } from "../../message/topic-names.js";
import type { MessageStore, MessageToStore } from "../../store/store-api.js";

/** Retries of one message share its key, so that several records may have to be looked at. */
const COPIES = 64;

/**
 * The message to put into the real topic; undefined when the record does not say where that is, or when it is the topic
 * of open transactions. Its properties stay as they are: consumers see DELAY, REAL_TOPIC and REAL_QID.
 */
export function messageTimeUp(record: Message): MessageToStore | undefined {
  const topic = record.properties.get(PropertyName.REAL_TOPIC);
  const queueId = Number(record.properties.get(PropertyName.REAL_QID) ?? NaN);
  if (topic === undefined || topic === SystemTopic.HALF || !Number.isInteger(queueId)) return;
  return messageFrom(record, { topic, queueId });
}

/** A stored message, to be stored again elsewhere. */
export function messageFrom(
  record: Message,
  place: { topic: string; queueId: number },
): MessageToStore {
  return {
    topic: place.topic,
    queueId: place.queueId,
    body: record.storedBody,
    properties: encodeProperties(record.properties),
    flag: record.flag,
    sysFlag: record.sysFlag,
    bornTimestamp: record.bornTimestamp,
    bornHost: record.bornHost,
    storeHost: record.storeHost,
    reconsumeTimes: record.reconsumeTimes,
    preparedTransactionOffset: 0,
    waitStoreOk: false,
  };
}

/**
 * Was this delayed record delivered already? Progress is written every few seconds only, so after a crash the deliveries
 * since then have to be recognised: the copy stands in the real topic under the same unique key. Upstream delivers it again.
 */
export function isDelivered(
  store: Pick<MessageStore, "query">,
  delayed: Message,
  due: MessageToStore,
): boolean {
  const key = delayed.uniqKey;
  if (key === undefined) return false;
  const { topic, queueId } = due;
  const from = BigInt(delayed.storeTimestamp);
  const { records } = store.query(topic, key, COPIES, from, 2n ** 62n);
  return records.some((bytes) => {
    const copy = decodeRecord(bytes);
    return (
      copy.physicalOffset > delayed.physicalOffset &&
      copy.topic === topic &&
      copy.queueId === queueId &&
      copy.uniqKey === key &&
      copy.bornTimestamp === delayed.bornTimestamp &&
      copy.reconsumeTimes === delayed.reconsumeTimes
    );
  });
}
