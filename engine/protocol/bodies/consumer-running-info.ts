import { jsonBody, type JsonBody } from "../json-body.js";
import {
  bean,
  flag,
  int,
  list,
  long,
  named,
  optional,
  real,
  type Shape,
  table,
  text,
  textTable,
} from "../shape.js";
import { type QueueEntry, queueTable } from "./message-queue.js";
import { type SubscriptionData, subscriptionDataShape } from "./subscription-data.js";

/** State of one queue at a client. Upstream: ProcessQueueInfo. */
export interface ProcessQueueInfo {
  cachedMsgCount: number;
  cachedMsgMaxOffset: number;
  cachedMsgMinOffset: number;
  cachedMsgSizeInMiB: number;
  commitOffset: number;
  /** "droped" on the wire; Go writes "dropped" ([R-GO-2]). */
  dropped: boolean;
  lastConsumeTimestamp: number;
  lastLockTimestamp: number;
  lastPullTimestamp: number;
  locked: boolean;
  transactionMsgCount: number;
  transactionMsgMaxOffset: number;
  transactionMsgMinOffset: number;
  tryUnlockTimes: number;
}

/** Upstream: PopProcessQueueInfo (5.x). */
export interface PopProcessQueueInfo {
  dropped: boolean;
  lastPopTimestamp: number;
  waitAckCount: number;
}

/** Upstream: ConsumeStatus. */
export interface ConsumeStatus {
  consumeFailedMsgs: number;
  consumeFailedTPS: number;
  consumeOKTPS: number;
  consumeRT: number;
  pullRT: number;
  pullTPS: number;
}

/** All that one client of a group tells about itself. Upstream: ConsumerRunningInfo. */
export interface ConsumerRunningInfo {
  jstack?: string | undefined;
  mqPopTable: QueueEntry<PopProcessQueueInfo>[];
  mqTable: QueueEntry<ProcessQueueInfo>[];
  properties: Record<string, string>;
  /** By topic. */
  statusTable: Map<string, ConsumeStatus>;
  subscriptionSet: SubscriptionData[];
  userConsumerInfo: Record<string, string>;
}

/** Java's spelling; the right one is read too but not written. */
const dropped: Shape<boolean> = named(flag, { wire: "droped", readAlso: ["dropped"] });

const processQueueInfo = bean<ProcessQueueInfo>({
  cachedMsgCount: int,
  cachedMsgMaxOffset: long,
  cachedMsgMinOffset: long,
  cachedMsgSizeInMiB: int,
  commitOffset: long,
  dropped,
  lastConsumeTimestamp: long,
  lastLockTimestamp: long,
  lastPullTimestamp: long,
  locked: flag,
  transactionMsgCount: int,
  transactionMsgMaxOffset: long,
  transactionMsgMinOffset: long,
  tryUnlockTimes: long,
});

export const consumerRunningInfo: JsonBody<ConsumerRunningInfo> = jsonBody(
  "ConsumerRunningInfo",
  bean<ConsumerRunningInfo>({
    jstack: optional(text),
    mqPopTable: queueTable(
      bean<PopProcessQueueInfo>({ dropped, lastPopTimestamp: long, waitAckCount: int }),
    ),
    mqTable: queueTable(processQueueInfo),
    properties: textTable,
    statusTable: table(
      bean<ConsumeStatus>({
        consumeFailedMsgs: long,
        consumeFailedTPS: real,
        consumeOKTPS: real,
        consumeRT: real,
        pullRT: real,
        pullTPS: real,
      }),
    ),
    subscriptionSet: list(subscriptionDataShape),
    userConsumerInfo: textTable,
  }),
);
