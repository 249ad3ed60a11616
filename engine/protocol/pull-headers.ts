/** Header fields of both pull requests ([R-PULL-1] in docs/protocol.md). */
import { boolean, int32, int64, string } from "./header.js";

/** Upstream: PullMessageRequestHeader. Node leaves out what it does not use, so only the address of the queue is required. */
export const pullFields = {
  consumerGroup: string.required(),
  topic: string.required(),
  queueId: int32.required(),
  /** Queue offset of the first message wanted. */
  queueOffset: int64.required(),
  maxMsgNums: int32.required(),
  /** Bits: 1 commitOffset counts, 2 may be held, 4 subscription is here, 8 class filter, 16 lite pull. */
  sysFlag: int32.required(),
  commitOffset: int64.optional(),
  suspendTimeoutMillis: int64.optional(),
  subscription: string.optional(),
  subVersion: int64.optional(),
  /** "TAG" when absent or empty. */
  expressionType: string.optional(),
  maxMsgBytes: int32.optional(),
  requestSource: int32.optional(),
  /** Upstream's spelling on the wire. */
  proxyForwardClientId: string.optional("proxyFrowardClientId"),
  lo: boolean.optional(),
  brokerName: string.optional("bname"),
} as const;

/** Upstream: PullMessageResponseHeader. Required with every result: 0, 19, 20 and 21. */
export const pullAnswerFields = {
  suggestWhichBrokerId: int64.required(),
  nextBeginOffset: int64.required(),
  minOffset: int64.required(),
  maxOffset: int64.required(),
  offsetDelta: int64.optional(),
  topicSysFlag: int32.optional(),
  groupSysFlag: int32.optional(),
  forbiddenType: int32.optional(),
} as const;
