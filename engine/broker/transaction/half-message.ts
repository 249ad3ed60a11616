/**
 * The forms a transactional message takes: half (hidden in the half topic), copy of a half, committed. Upstream:
 * TransactionalMessageBridge, EndTransactionProcessor.endMessageTransaction (spec: store 11).
 */
import { recordBytes } from "../../message/encode.js";
import type { Message } from "../../message/message.js";
import { encodeProperties, removeProperty, setProperty } from "../../message/properties.js";
import { PropertyName } from "../../message/property-names.js";
import { SysFlag, withTransactionType } from "../../message/sys-flag.js";
import { SystemTopic } from "../../message/topic-names.js";
import type { MessageToStore, PutResult } from "../../store/store-api.js";

/** Half messages and the records of finished ones are in this queue of their topics. */
export const HALF_QUEUE_ID = 0;

/** Turns a message of a send into a half message, in place. */
export function hide(message: MessageToStore, transactionId: string | undefined): void {
  // A copy carries it, the first one must not: it would be taken for another transaction.
  let text = removeProperty(message.properties, PropertyName.TRAN_PREPARED_QUEUE_OFFSET);
  if (transactionId !== undefined) {
    text = setProperty(text, PropertyName.TRANSACTION_ID, transactionId);
  }
  text = setProperty(text, PropertyName.REAL_TOPIC, message.topic);
  message.properties = setProperty(text, PropertyName.REAL_QID, String(message.queueId));
  message.sysFlag = withTransactionType(message.sysFlag, SysFlag.TRANSACTION_NOT);
  message.topic = SystemTopic.HALF;
  message.queueId = HALF_QUEUE_ID;
}

/** Where the message goes when it is committed; undefined for what is no half message. */
export function destinationOf(half: Message): { topic: string; queueId: number } | undefined {
  const topic = half.properties.get(PropertyName.REAL_TOPIC);
  const queueId = Number(half.properties.get(PropertyName.REAL_QID) ?? NaN);
  if (half.topic !== SystemTopic.HALF || topic === undefined) return undefined;
  return Number.isInteger(queueId) && queueId >= 0 ? { topic, queueId } : undefined;
}

/** Queue offset of the first half message of the transaction: what all its copies have in common. */
export function originOf(half: Message): number {
  const origin = Number(half.properties.get(PropertyName.TRAN_PREPARED_QUEUE_OFFSET) ?? NaN);
  return Number.isSafeInteger(origin) && origin >= 0 ? origin : half.queueOffset;
}

/** The message as consumers get it: all properties stay, as in 5.3.3. */
export function committed(
  half: Message,
  destination: { topic: string; queueId: number },
): MessageToStore {
  return {
    ...copied(half, half.properties),
    ...destination,
    sysFlag: withTransactionType(half.sysFlag, SysFlag.TRANSACTION_COMMIT),
    preparedTransactionOffset: half.physicalOffset,
  };
}

/** The half message once more, for another place in the half topic. */
export function copyOfHalf(
  half: Message,
  changes: Readonly<Record<string, string>>,
): MessageToStore {
  const properties = new Map([...half.properties, ...Object.entries(changes)]);
  return { ...copied(half, properties), topic: SystemTopic.HALF, queueId: HALF_QUEUE_ID };
}

/** A half message that is asked about no more, for the topic of those. */
export function givenUp(half: Message): MessageToStore {
  return { ...copied(half, half.properties), topic: SystemTopic.CHECK_MAX_TIME, queueId: 0 };
}

/** What the producer is asked with: the stored copy as if it were in its own topic. */
export function bodyOfCheck(
  copy: MessageToStore,
  place: PutResult,
  destination: { topic: string; queueId: number },
): Buffer {
  return recordBytes({ ...copy, ...destination }, place);
}

function copied(half: Message, properties: ReadonlyMap<string, string>): MessageToStore {
  return {
    topic: half.topic,
    queueId: half.queueId,
    body: half.storedBody,
    properties: encodeProperties(properties),
    flag: half.flag,
    sysFlag: withTransactionType(half.sysFlag, SysFlag.TRANSACTION_NOT),
    bornTimestamp: half.bornTimestamp,
    bornHost: half.bornHost,
    storeHost: half.storeHost,
    reconsumeTimes: half.reconsumeTimes,
    preparedTransactionOffset: 0,
    waitStoreOk: false,
  };
}
