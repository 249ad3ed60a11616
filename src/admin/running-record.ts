import { isoTime } from "../output/cell.js";
import { mapOf } from "../output/shape.js";
import type { ClientReport, QueueProblem } from "./group-status.js";

const QUEUE = { topic: "string", brokerName: "string", queueId: "integer" } as const;

/** What a client says about itself, in JSON and YAML. Response times are milliseconds, rates messages per second. */
export const CLIENT_SHAPE = {
  clientId: "string",
  version: "string?",
  properties: mapOf("string"),
  subscriptions: [
    {
      topic: "string",
      expression: "string",
      expressionType: "string",
      version: "integer",
      isClassFilter: "boolean",
    },
  ],
  queues: [
    {
      ...QUEUE,
      commitOffset: "integer",
      cachedMsgCount: "integer",
      cachedMsgSizeInMiB: "integer",
      cachedMsgMinOffset: "integer",
      cachedMsgMaxOffset: "integer",
      transactionMsgCount: "integer",
      transactionMsgMinOffset: "integer",
      transactionMsgMaxOffset: "integer",
      isLocked: "boolean",
      tryUnlockTimes: "integer",
      isDropped: "boolean",
      lastLock: "time",
      lastPull: "time",
      lastConsume: "time",
    },
  ],
  popQueues: [{ ...QUEUE, waitAckCount: "integer", isDropped: "boolean", lastPop: "time" }],
  topics: [
    {
      topic: "string",
      pullRt: "number",
      pullTps: "number",
      consumeRt: "number",
      consumeOkTps: "number",
      consumeFailedTps: "number",
      consumeFailedMsgsInHour: "integer",
    },
  ],
  userConsumerInfo: mapOf("string"),
  jstack: "string?",
} as const;

export const PROBLEM_SHAPE = {
  clientId: "string?",
  ...QUEUE,
  problem: "string",
  amount: "integer?",
} as const;

export function problemRecord(found: QueueProblem): unknown {
  const { clientId, topic, brokerName, queueId, problem, amount } = found;
  return {
    clientId: clientId ?? null,
    topic,
    brokerName,
    queueId,
    problem,
    amount: amount ?? null,
  };
}

export function clientRecord({ clientId, version, info }: ClientReport): unknown {
  return {
    clientId,
    version: version ?? null,
    properties: info.properties,
    subscriptions: info.subscriptionSet.map((wanted) => ({
      topic: wanted.topic,
      expression: wanted.subString,
      expressionType: wanted.expressionType,
      version: wanted.subVersion,
      isClassFilter: wanted.classFilterMode,
    })),
    queues: info.mqTable.map(({ queue, value }) => {
      const {
        dropped,
        locked,
        lastConsumeTimestamp,
        lastLockTimestamp,
        lastPullTimestamp,
        ...rest
      } = value;
      return {
        topic: queue.topic,
        brokerName: queue.brokerName,
        queueId: queue.queueId,
        ...rest,
        isLocked: locked,
        isDropped: dropped,
        ...timeOf("lastLock", lastLockTimestamp),
        ...timeOf("lastPull", lastPullTimestamp),
        ...timeOf("lastConsume", lastConsumeTimestamp),
      };
    }),
    popQueues: info.mqPopTable.map(({ queue, value }) => ({
      topic: queue.topic,
      brokerName: queue.brokerName,
      queueId: queue.queueId,
      waitAckCount: value.waitAckCount,
      isDropped: value.dropped,
      ...timeOf("lastPop", value.lastPopTimestamp),
    })),
    topics: [...info.statusTable].map(([topic, status]) => ({
      topic,
      pullRt: status.pullRT,
      pullTps: status.pullTPS,
      consumeRt: status.consumeRT,
      consumeOkTps: status.consumeOKTPS,
      consumeFailedTps: status.consumeFailedTPS,
      consumeFailedMsgsInHour: status.consumeFailedMsgs,
    })),
    userConsumerInfo: info.userConsumerInfo,
    jstack: info.jstack ?? null,
  };
}

function timeOf(key: string, ms: number): Record<string, unknown> {
  return { [key]: isoTime(ms) ?? null, [`${key}Ms`]: ms > 0 ? ms : null };
}
