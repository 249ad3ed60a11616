/** What the revive topic holds, in upstream's JSON. Upstream: PopCheckPoint, AckMsg, BatchAckMsg. */
import { jsonBody } from "../../protocol/json-body.js";
import { bean, int, list, long, named, optional, text } from "../../protocol/shape.js";

/** Messages that one pop took out of one queue. */
export interface CheckPoint {
  bitMap: number;
  brokerName: string;
  consumerGroup: string;
  /** Distances of the messages' queue offsets from startOffset; older brokers leave them out. */
  diffs: number[];
  invisibleTime: number;
  count: number;
  popTime: number;
  queueId: number;
  /** Written as 0; where the check point itself is in the revive queue is known when it is read. */
  reviveOffset: number;
  rePutTimes?: string | undefined;
  startOffset: number;
  topic: string;
}

export const checkPointBody = jsonBody(
  "PopCheckPoint",
  bean<CheckPoint>({
    bitMap: named(int, { wire: "bm" }),
    brokerName: named(text, { wire: "bn" }),
    consumerGroup: named(text, { wire: "c" }),
    diffs: named(list(int), { wire: "d" }),
    invisibleTime: named(long, { wire: "it" }),
    count: named(int, { wire: "n" }),
    popTime: named(long, { wire: "pt" }),
    queueId: named(int, { wire: "q" }),
    reviveOffset: named(long, { wire: "ro" }),
    rePutTimes: named(optional(text), { wire: "rp" }),
    startOffset: named(long, { wire: "so" }),
    topic: named(text, { wire: "t" }),
  }),
);

/** Acknowledgement of one message of a check point. */
export interface AckRecord {
  ackOffset: number;
  brokerName: string;
  consumerGroup: string;
  popTime: number;
  queueId: number;
  startOffset: number;
  topic: string;
}

/** Of several; ackOffset is −1 then. */
export interface BatchAckRecord extends AckRecord {
  ackOffsets: number[];
}

const ackMembers = {
  ackOffset: named(long, { wire: "ao", readAlso: ["ackOffset"] }),
  brokerName: named(text, { wire: "bn", readAlso: ["brokerName"] }),
  consumerGroup: named(text, { wire: "c", readAlso: ["consumerGroup"] }),
  popTime: named(long, { wire: "pt", readAlso: ["popTime"] }),
  queueId: named(int, { wire: "q", readAlso: ["queueId"] }),
  startOffset: named(long, { wire: "so", readAlso: ["startOffset"] }),
  topic: named(text, { wire: "t", readAlso: ["topic"] }),
};

export const ackRecordBody = jsonBody("AckMsg", bean<AckRecord>(ackMembers));

export const batchAckRecordBody = jsonBody(
  "BatchAckMsg",
  bean<BatchAckRecord>({
    ...ackMembers,
    ackOffsets: named(list(long), { wire: "aol", readAlso: ["ackOffsetList"] }),
  }),
);

/** When un-acknowledged messages of a check point become visible again, ms since the epoch. */
export function reviveTimeOf({ popTime, invisibleTime }: CheckPoint): number {
  return popTime + invisibleTime;
}

/** Queue offsets of the messages of a check point. */
export function messageOffsets({ startOffset, diffs, count }: CheckPoint): number[] {
  if (diffs.length === 0) return Array.from({ length: count }, (_, index) => startOffset + index);
  return diffs.map((diff) => startOffset + diff);
}

/** What ties an acknowledgement to its check point. */
export function mergeKey(record: {
  topic: string;
  consumerGroup: string;
  queueId: number;
  startOffset: number;
  popTime: number;
  brokerName: string;
}): string {
  const { topic, consumerGroup, queueId, startOffset, popTime, brokerName } = record;
  return `${topic}@${consumerGroup}@${queueId}@${startOffset}@${popTime}@${brokerName}`;
}
