/** One queue's part of a pop. Upstream: PopMessageProcessor.popMsgFromQueue. */
import { readInt64 } from "../../../base/int64.js";
import { decodeRecord } from "../../../message/decode.js";
import { recordBytes } from "../../../message/encode.js";
import { encodeProperties } from "../../../message/properties.js";
import { PropertyName } from "../../../message/property-names.js";
import { RecordField } from "../../../message/record-layout.js";
import type { GetResult, GetStatus, MessageFilter } from "../../../store/store-api.js";
import type { BrokerContext } from "../../broker-context.js";
import type { CheckPoint } from "../../pop/check-point.js";
import { popOffset } from "../../pop/pop-offset.js";
import type { PopService } from "../../pop/pop-service.js";
import { type Receipt, receiptText } from "../../pop/receipt.js";
import { appendCheckPoint } from "../../pop/revive-log.js";
import type { QueueToRead } from "./retry-topics.js";

/** What the whole pop has in common. */
export interface PopUnderWay {
  topic: string;
  group: string;
  invisibleTime: number;
  initMode: number;
  isOrder: boolean;
  attemptId: string | undefined;
  filter: MessageFilter | undefined;
  popTime: number;
  reviveQueueId: number;
}

/** Messages that came out of one queue. */
export interface QueuePart {
  queue: QueueToRead;
  startOffset: number;
  queueOffsets: readonly number[];
  records: readonly Buffer[];
  count: number;
  bytes: number;
  orderCounts: readonly string[];
  /** Settles to whether the pop is written down; only then the messages may be handed out. */
  stored: Promise<boolean> | undefined;
}

export interface QueueOutcome {
  part?: QueuePart;
  /** Messages left behind in the queue. */
  rest: number;
  /** All that was looked at did not match, and more follows. */
  mayGoOn?: boolean;
}

const WRONG_OFFSET: ReadonlySet<GetStatus> = new Set<GetStatus>([
  "OFFSET_TOO_SMALL",
  "OFFSET_OVERFLOW_BADLY",
  "OFFSET_FOUND_NULL",
]);
const SKIPPED: ReadonlySet<GetStatus> = new Set<GetStatus>([
  "NO_MATCHED_MESSAGE",
  "OFFSET_FOUND_NULL",
  "MESSAGE_WAS_REMOVING",
  "NO_MATCHED_LOGIC_QUEUE",
]);

interface Popping {
  context: BrokerContext;
  pop: PopService;
  under: PopUnderWay;
}

/** Takes up to `room` messages out of a queue. The queue stays locked until the check point is written. */
export function popFromQueue(popping: Popping, queue: QueueToRead, room: number): QueueOutcome {
  const { context, pop, under } = popping;
  const { store } = context;
  const { topic, queueId } = queue;
  const place = { topic, group: under.group, queueId };
  const lock = `${topic}@${under.group}@${queueId}`;
  if (!pop.tryLock(lock)) {
    const offset = popOffset(context, place, under.initMode);
    return { rest: under.isOrder ? 0 : store.maxOffset(topic, queueId) - offset };
  }
  let isKept = false;
  try {
    const offset = startingOffset(popping, place);
    if (under.isOrder && pop.orders.isBlocked(place, under.attemptId)) return { rest: 0 };
    if (room <= 0) return { rest: store.maxOffset(topic, queueId) - offset };
    const { result, startOffset } = read(popping, queue, { offset, room });
    const rest = Math.max(0, result.maxOffset - result.nextBeginOffset);
    if (result.status !== "FOUND") {
      if (!SKIPPED.has(result.status) || result.nextBeginOffset < 0) return { rest };
      context.offsets.commit(under.group, topic, queueId, result.nextBeginOffset);
      return { rest, mayGoOn: rest > 0 };
    }
    const part = take(popping, queue, { result, startOffset });
    isKept = part.stored !== undefined;
    void part.stored?.then((isStored) => {
      if (isStored) context.offsets.commit(under.group, topic, queueId, result.nextBeginOffset);
      if (pop.unlock(lock) && rest > 0) pop.notify(place);
    });
    return { part, rest };
  } finally {
    if (!isKept) pop.unlock(lock);
  }
}

function startingOffset(
  { context, pop, under }: Popping,
  place: { topic: string; group: string; queueId: number },
): number {
  const { topic, group, queueId } = place;
  const offset = popOffset(context, place, under.initMode);
  const reset = context.offsets.takeReset(group, topic, queueId);
  if (reset === undefined) return offset;
  pop.orders.clear(place);
  context.offsets.commit(group, topic, queueId, reset);
  return reset;
}

/** An offset that the queue does not have is put right once. */
function read(
  { context, under }: Popping,
  { topic, queueId }: QueueToRead,
  { offset, room }: { offset: number; room: number },
): { result: GetResult; startOffset: number } {
  const get = (queueOffset: number): GetResult =>
    context.store.get({ topic, queueId, queueOffset, maxCount: room, filter: under.filter });
  const result = get(offset);
  if (!WRONG_OFFSET.has(result.status)) return { result, startOffset: offset };
  const { nextBeginOffset } = result;
  context.offsets.commit(under.group, topic, queueId, nextBeginOffset);
  return { result: get(nextBeginOffset), startOffset: nextBeginOffset };
}

function take(
  { context, pop, under }: Popping,
  queue: QueueToRead,
  { result, startOffset }: { result: GetResult; startOffset: number },
): QueuePart {
  const { topic, queueId, isRetry } = queue;
  const { group, popTime, invisibleTime, attemptId } = under;
  const { brokerName, popResponseReturnActualRetryTopic } = context.config;
  const records = result.records.flatMap(recordsOf);
  const queueOffsets = records.map((record) => readInt64(record, RecordField.QUEUE_OFFSET));
  context.stats.groupGet(group, topic, queueId, result.count, result.bytes);
  const { reviveQueueId } = under;
  const receipt = { startOffset, popTime, invisibleTime, reviveQueueId, brokerName };
  const isRewritten = isRetry && !popResponseReturnActualRetryTopic;
  const part = {
    queue,
    startOffset,
    queueOffsets,
    records: isRewritten
      ? records.map((record) => underOriginalTopic(record, under.topic, receipt))
      : result.records,
    count: result.count,
    bytes: result.bytes,
  };
  if (under.isOrder) {
    const taken = { topic, group, queueId, attemptId, popTime, invisibleTime, queueOffsets };
    const orderCounts = pop.orders.update(taken);
    context.offsets.commit(group, topic, queueId, startOffset);
    return { ...part, orderCounts, stored: undefined };
  }
  context.stats.checkPoint(group, under.topic);
  const point = checkPoint(queue, under, { startOffset, queueOffsets, brokerName });
  return { ...part, orderCounts: [], stored: appendCheckPoint(context, reviveQueueId, point) };
}

function checkPoint(
  { topic, queueId }: QueueToRead,
  { group, popTime, invisibleTime }: PopUnderWay,
  taken: { startOffset: number; queueOffsets: readonly number[]; brokerName: string },
): CheckPoint {
  const { startOffset, queueOffsets, brokerName } = taken;
  return {
    bitMap: 0,
    brokerName,
    consumerGroup: group,
    diffs: queueOffsets.map((offset) => offset - startOffset),
    invisibleTime,
    count: queueOffsets.length,
    popTime,
    queueId,
    reviveOffset: 0,
    startOffset,
    topic,
  };
}

/** The records of a slice, one by one. */
export function recordsOf(slice: Buffer): Buffer[] {
  const records: Buffer[] = [];
  for (let at = 0; at < slice.length;) {
    const size = slice.readInt32BE(at + RecordField.TOTAL_SIZE);
    records.push(slice.subarray(at, at + size));
    at += size;
  }
  return records;
}

/** A message of a retry topic as if it came from the topic it was sent to, with the receipt that leads back. */
function underOriginalTopic(record: Buffer, topic: string, receipt: Receipt): Buffer {
  const message = decodeRecord(record);
  if (!message.properties.has(PropertyName.POP_CK)) {
    message.properties.set(PropertyName.POP_CK, receiptText(receipt, message));
  }
  const { queueOffset, physicalOffset, storeTimestamp } = message;
  const properties = encodeProperties(message.properties);
  return recordBytes(
    {
      topic,
      queueId: message.queueId,
      flag: message.flag,
      sysFlag: message.sysFlag,
      bornTimestamp: message.bornTimestamp,
      bornHost: message.bornHost,
      storeHost: message.storeHost,
      reconsumeTimes: message.reconsumeTimes,
      preparedTransactionOffset: message.preparedTransactionOffset,
      body: message.storedBody,
      properties,
    },
    { queueOffset, physicalOffset, storeTimestamp },
  );
}
