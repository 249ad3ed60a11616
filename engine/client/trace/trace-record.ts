/** Records of message traces. Upstream: TraceContext, TraceBean, TraceDataEncoder.encoderFromContextBean. */

const FIELD = "\u0001";
const RECORD = "\u0002";

/** What a trace tells; absent texts are written as Java writes them, `null`. */
export type TraceRecord = PubRecord | SubBeforeRecord | SubAfterRecord | EndTransactionRecord;

interface Traced {
  timestamp: number;
  group: string;
  msgId: string;
  keys: string | undefined;
}

/** A message was sent. */
export interface PubRecord extends Traced {
  type: "Pub";
  regionId: string;
  topic: string;
  tags: string | undefined;
  /** Broker that took it. */
  storeHost: string;
  bodyLength: number;
  costMs: number;
  messageType: MessageType;
  offsetMsgId: string;
  isSuccess: boolean;
}

/** A message is about to be given to a listener. */
export interface SubBeforeRecord extends Traced {
  type: "SubBefore";
  regionId: string;
  /** Ties the two records of one listener call. */
  requestId: string;
  retryTimes: number;
}

/** The listener is done with it. */
export interface SubAfterRecord extends Traced {
  type: "SubAfter";
  requestId: string;
  costMs: number;
  isSuccess: boolean;
  contextCode: ContextCode;
}

/** The sender told the broker how a transaction ended. */
export interface EndTransactionRecord extends Traced {
  type: "EndTransaction";
  regionId: string;
  topic: string;
  tags: string | undefined;
  /** Broker that was told. */
  storeHost: string;
  transactionId: string | undefined;
  /** Upstream: LocalTransactionState. */
  state: "COMMIT_MESSAGE" | "ROLLBACK_MESSAGE" | "UNKNOW";
  isFromCheck: boolean;
}

/** Upstream: MessageType. */
export type MessageType = 0 | 1 | 2 | 3 | 4;
export const MessageTypeOf = {
  NORMAL: 0,
  TRANSACTION_HALF: 1,
  TRANSACTION_END: 2,
  DELAY: 3,
} as const satisfies Record<string, MessageType>;

/** Upstream: ConsumeReturnType. */
export type ContextCode = 0 | 1 | 2 | 3 | 4;
export const ContextCodeOf = {
  SUCCESS: 0,
  TIME_OUT: 1,
  EXCEPTION: 2,
  FAILED: 4,
} as const satisfies Record<string, ContextCode>;

/** Fields separated by \u0001, \u0002 at the end. */
export function encodeTraceRecord(record: TraceRecord): string {
  return fieldsOf(record).map(String).join(FIELD) + RECORD;
}

function fieldsOf(record: TraceRecord): (string | number | boolean)[] {
  const { type, timestamp, group, msgId } = record;
  const keys = record.keys ?? "null";
  switch (record.type) {
    case "Pub":
      return [
        ...[type, timestamp, record.regionId, group, record.topic, msgId],
        ...[record.tags ?? "null", keys, record.storeHost, record.bodyLength, record.costMs],
        ...[record.messageType, record.offsetMsgId, record.isSuccess],
      ];
    case "SubBefore":
      return [
        ...[type, timestamp, record.regionId, group, record.requestId, msgId],
        ...[record.retryTimes, keys],
      ];
    case "SubAfter":
      return [
        ...[type, record.requestId, msgId, record.costMs, record.isSuccess, keys],
        ...[record.contextCode, timestamp, group],
      ];
    case "EndTransaction":
      return [
        ...[type, timestamp, record.regionId, group, record.topic, msgId],
        ...[record.tags ?? "null", keys, record.storeHost, MessageTypeOf.TRANSACTION_END],
        ...[record.transactionId ?? "null", record.state, record.isFromCheck],
      ];
  }
}
